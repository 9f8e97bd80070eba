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
	uint32_t *lines;      /* where they begin; made when somebody asks for a place */
	uint32_t n_lines;
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

static struct text *text_at(const struct sources *src, uint32_t at)
{
	size_t low = 0, high = src->n;

	while (low < high) {
		size_t i = low + (high - low) / 2;
		struct text *t = &src->texts[i];

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
static struct text *read_text_at(const struct sources *src, uint32_t *at)
{
	struct text *t = text_at(src, *at);

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

static void find_lines(struct arena *a, struct text *t)
{
	uint32_t n = 1;

	for (size_t i = 0; i < t->len; i++)
		n += t->bytes[i] == '\n';
	t->lines = ARENA_ARRAY(a, uint32_t, n);
	for (size_t i = 0; i < t->len; i++)
		if (t->bytes[i] == '\n')
			t->lines[++t->n_lines] = (uint32_t)i + 1;
	t->n_lines = n;
}

/* Number of the line, from 0, in which byte `at` of the text stands. */
static uint32_t line_at(const struct text *t, uint32_t at)
{
	uint32_t low = 0, high = t->n_lines - 1;

	while (low < high) {
		uint32_t i = low + (high - low + 1) / 2;

		if (t->lines[i] <= at)
			low = i;
		else
			high = i - 1;
	}
	return low;
}

struct place source_place(const struct sources *src, uint32_t at)
{
	struct text *t = read_text_at(src, &at);
	struct place p = { .file = "?", .line = 1, .column = 1, .text = "" };
	const char *line, *end;

	if (!t)
		return p;
	if (!t->lines)
		find_lines(src->arena, t);
	p.file = t->file;
	p.line = line_at(t, at - t->start) + 1;
	line = t->bytes + t->lines[p.line - 1];
	end = memchr(line, '\n', (size_t)(t->bytes + t->len - line));
	p.column = (unsigned)(t->bytes + (at - t->start) - line) + 1;
	p.text = line;
	p.text_len = (size_t)((end ? end : t->bytes + t->len) - line);
	return p;
}
