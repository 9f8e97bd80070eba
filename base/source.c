#include "base/source.h"

#include <string.h>

#include "base/arena.h"

struct text {
	const char *file;
	const char *bytes;
	uint32_t start;
	size_t len;
	uint32_t from;        /* a piece of an other text: where that begins; else 0 */
	struct span call;     /* that the piece stands for */
};

struct sources {
	struct arena *arena;
	struct text *texts;   /* by start */
	size_t n, room;
	uint32_t end;
};

struct sources *sources_new(struct arena *a)
{
	struct sources *src = ARENA_NEW(a, struct sources);

	src->arena = a;
	src->end = 1;
	return src;
}

static struct text *add(struct sources *src, size_t len)
{
	struct text *t;

	if (len >= INT32_MAX - (size_t)src->end)
		return NULL;
	if (src->n == src->room) {
		struct text *more = ARENA_ARRAY(src->arena, struct text, src->room ? src->room * 2 : 4);

		if (src->n)
			memcpy(more, src->texts, src->n * sizeof(*more));
		src->room = src->room ? src->room * 2 : 4;
		src->texts = more;
	}
	t = &src->texts[src->n++];
	t->start = src->end;
	t->len = len;
	src->end += (uint32_t)len + 1; /* the position after the last byte belongs to the text, too */
	return t;
}

uint32_t sources_add(struct sources *src, const char *file, const char *text, size_t len)
{
	struct text *t = add(src, len);

	if (!t)
		return 0;
	t->file = arena_strdup(src->arena, file);
	t->bytes = arena_strndup(src->arena, text, len);
	return t->start;
}

uint32_t sources_expand(struct sources *src, struct span piece, struct span call)
{
	struct text *t = add(src, piece.end - piece.start);

	if (!t)
		return 0;
	t->from = piece.start;
	t->call = call;
	return t->start;
}

static const struct text *text_at(const struct sources *src, uint32_t at)
{
	size_t low = 0, high = src->n;

	while (low < high) {
		size_t i = low + (high - low) / 2;
		const struct text *t = &src->texts[i];

		if (at < t->start)
			high = i;
		else if (at - t->start > t->len)
			low = i + 1;
		else
			return t;
	}
	return NULL;
}

/* The text that was read, and *at in it. */
static const struct text *read_text_at(const struct sources *src, uint32_t *at)
{
	const struct text *t = text_at(src, *at);

	while (t && t->from) {
		*at = t->from + (*at - t->start);
		t = text_at(src, *at);
	}
	return t;
}

struct span source_call(const struct sources *src, uint32_t at)
{
	const struct text *t = text_at(src, at);

	return t ? t->call : (struct span){ 0, 0 };
}

const char *sources_text(const struct sources *src, uint32_t at)
{
	const struct text *t = read_text_at(src, &at);

	return t ? t->bytes + (at - t->start) : "";
}

struct place source_place(const struct sources *src, uint32_t at)
{
	const struct text *t = read_text_at(src, &at);
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
