#include "base/source.h"

#include <string.h>

#include "base/arena.h"

struct text {
	struct text *next;
	const char *file;
	const char *bytes;
	uint32_t start;
	size_t len;
};

struct sources {
	struct arena *arena;
	struct text *texts;   /* latest first */
	uint32_t end;
};

struct sources *sources_new(struct arena *a)
{
	struct sources *src = ARENA_NEW(a, struct sources);

	src->arena = a;
	src->end = 1;
	return src;
}

uint32_t sources_add(struct sources *src, const char *file, const char *text, size_t len)
{
	struct text *t;

	if (len >= INT32_MAX - (size_t)src->end)
		return 0;
	t = ARENA_NEW(src->arena, struct text);
	t->file = arena_strdup(src->arena, file);
	t->bytes = arena_strndup(src->arena, text, len);
	t->start = src->end;
	t->len = len;
	t->next = src->texts;
	src->texts = t;
	src->end += (uint32_t)len + 1; /* the position after the last byte belongs to the text, too */
	return t->start;
}

static const struct text *text_at(const struct sources *src, uint32_t at)
{
	for (const struct text *t = src->texts; t; t = t->next)
		if (at >= t->start && at - t->start <= t->len)
			return t;
	return NULL;
}

const char *sources_text(const struct sources *src, uint32_t at)
{
	const struct text *t = text_at(src, at);

	return t ? t->bytes + (at - t->start) : "";
}

struct place source_place(const struct sources *src, uint32_t at)
{
	const struct text *t = text_at(src, at);
	struct place p = { .file = "?", .line = 1, .column = 1, .text = "" };
	const char *line, *end, *here;

	if (!t)
		return p;
	p.file = t->file;
	here = t->bytes + (at - t->start);
	line = t->bytes;
	for (const char *c = t->bytes; c < here; c++) {
		if (*c == '\n') {
			p.line++;
			line = c + 1;
		}
	}
	end = memchr(line, '\n', (size_t)(t->bytes + t->len - line));
	p.column = (unsigned)(here - line) + 1;
	p.text = line;
	p.text_len = (size_t)((end ? end : t->bytes + t->len) - line);
	return p;
}
