#ifndef SONDE_RUNTIME_OUTPUT_H
#define SONDE_RUNTIME_OUTPUT_H

#include <stdint.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct event_desc;
struct ksyms;
struct settings;
struct strbuf;
struct type;
struct usyms;
struct map_desc;
struct plan;

/* Where results go, and what is needed to show them (spec/output.md). */
enum buffering { BUFFER_LINE, BUFFER_FULL, BUFFER_NONE };
struct output;

struct output *output_new(FILE *out, enum buffering b, const struct settings *settings);
void output_free(struct output *o);             /* flushes; the FILE stays open */
void output_write(struct output *o, const void *bytes, size_t len); /* flushes as the buffering says */
void output_text(struct output *o, const char *text);
void output_flush(struct output *o);            /* writes what is buffered, whole lines or not */
/* For a burst of events (BUFFER_LINE only): while held, the first lines are still written one by one, the
 * others when much has gathered. Letting go writes all whole lines. The reader of events holds the
 * output while it empties the ring buffer and lets go before it sleeps. */
void output_hold(struct output *o, bool hold);
int output_error(const struct output *o);       /* 0, or the errno of the first write that failed */

const struct settings *output_settings(const struct output *o);
struct ksyms *output_ksyms(struct output *o);   /* opened when first asked for; NULL: not readable */
struct usyms *output_usyms(struct output *o);
/* Values may refer to texts of the script: its plan, which must outlive o. */
void output_use_plan(struct output *o, const struct plan *p);
/* The text of an event of the plan; NULL when there is none. */
const char *output_event_text(const struct output *o, uint32_t event, size_t *ret_len);
/* Whether the script shows addresses of processes: then usyms_watch() is worth calling before it starts. */
bool output_wants_processes(const struct plan *p);

/* The text of a value of any printable type (spec/output.md 2), appended to out. */
void output_format(struct output *o, const struct type *t, const void *bytes, struct strbuf *out);
/* The same with integers divided (print's third argument); div 0 or 1: not. */
void output_format_div(struct output *o, const struct type *t, const void *bytes, int64_t div,
		       struct strbuf *out);
/* A printf format (conversions of spec/functions.md 1.1), read once, for values that come as the tuple
 * `record` (NULL: there are none). The text and the type must outlive it. */
struct format;
struct format *format_new(const char *text, size_t len, const struct type *record);
void format_free(struct format *f);
/* The text it makes of values, appended to out. */
void format_put(struct output *o, const struct format *f, const void *args, struct strbuf *out);
/* The same for an event of the plan, with its text and its record. */
void output_printf(struct output *o, const struct event_desc *e, const void *args, struct strbuf *out);

/* A map as read from the kernel, merged over CPUs. */
struct map_entry {
	const void *key;               /* NULL: scalar */
	const void *value;             /* plain value, merged slot, or n_buckets of them */
};
/* Sorts and writes a map (spec/output.md 3) whose entries come in order of the bytes of their keys where
 * they are shown in that order (agg->rank). top 0: all. div 0 or 1: undivided. No entries: writes
 * nothing; print() of an empty scalar map that is not bucketed hands in one entry of zero bytes. */
void output_map(struct output *o, const struct map_desc *m, struct map_entry *entries, size_t n,
		uint64_t top, int64_t div);
/* Gets what showing the map takes long for. To be called before its elements are read: what is counted
 * between that and a clear() that follows is in no output. */
void output_map_soon(struct output *o, const struct map_desc *m);

/* The conversions of a format, for checking arguments at compile time. Walks the format: *at is moved
 * behind the next conversion; 0 when there is none left. */
struct conversion {
	char conv;                     /* d i o u x X c s p r; 'R' %rx, 'H' %rh, 'G' %gr; e f g a n ...: refused */
	char size;                     /* 0, 'H' (hh), 'h', 'l' */
	char text[4];                  /* as in messages: "d", "rx" */
	bool minus, plus, sharp, zero;
	unsigned width;
	size_t start, end;             /* in the format */
};
int format_next(const char *format, size_t len, size_t *at, struct conversion *ret_conv);

#endif
