#include "base/intern.h"

#include <stdint.h>
#include <string.h>

#include "base/arena.h"

enum { BUCKETS = 1024 };

struct entry {
	struct entry *next;
	uint32_t hash;
	size_t len;
	const char *text;
};

struct intern {
	struct arena *arena;
	struct entry *buckets[BUCKETS];
};

struct intern *intern_new(struct arena *a)
{
	struct intern *in = ARENA_NEW(a, struct intern);

	in->arena = a;
	return in;
}

static uint32_t hash_text(const char *text, size_t len)
{
	uint32_t h = 2166136261u; /* FNV-1a */

	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)text[i]) * 16777619u;
	return h;
}

const char *intern_name(struct intern *in, const char *text, size_t len)
{
	uint32_t h = hash_text(text, len);
	struct entry **slot = &in->buckets[h % BUCKETS], *e;

	for (e = *slot; e; e = e->next)
		if (e->hash == h && e->len == len && !memcmp(e->text, text, len))
			return e->text;
	e = ARENA_NEW(in->arena, struct entry);
	e->hash = h;
	e->len = len;
	e->text = arena_strndup(in->arena, text, len);
	e->next = *slot;
	*slot = e;
	return e->text;
}

const char *intern_str(struct intern *in, const char *text)
{
	return intern_name(in, text, strlen(text));
}
