#ifndef SONDE_BASE_SOURCE_H
#define SONDE_BASE_SOURCE_H

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

struct arena;

/* The texts of a script, end to end on one number line (base/span.h). Position 0 is nowhere. */
struct sources;

struct place {
	const char *file;
	unsigned line, column;  /* from 1; columns count bytes */
	const char *text;       /* the whole line, without its end, not NUL-terminated */
	size_t text_len;
};

struct sources *sources_new(struct arena *a);

/* Copies the text in; returns the position of its first byte. Texts over 2 GiB in all are refused: 0. */
uint32_t sources_add(struct sources *src, const char *file, const char *text, size_t len);
/* The bytes from a position on (to the end of that text, NUL-terminated). */
const char *sources_text(const struct sources *src, uint32_t at);
struct place source_place(const struct sources *src, uint32_t at);

/* A piece of text once more, as what stands for a call: gets positions of its own, whose places are those of
 * the piece. Returns the position of its first byte; 0 when no positions are left. */
uint32_t sources_expand(struct sources *src, struct span piece, struct span call);
/* The call a position stands for; {0, 0} when it is in no such piece. */
struct span source_call(const struct sources *src, uint32_t at);

#endif
