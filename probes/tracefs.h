#ifndef SONDE_PROBES_TRACEFS_H
#define SONDE_PROBES_TRACEFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct host;

/* What tracefs says about the events of the kernel. */

/* All events as "category:event", sorted bytewise. -errno. Free with tracefs_events_done(). */
struct tracefs_events {
	char *text;
	const char **names;
	size_t n;
};
int tracefs_events(const struct host *h, struct tracefs_events *ret);
void tracefs_events_done(struct tracefs_events *ev);

/* The number of an event for perf; -errno: there is no such event. */
int tracefs_event_id(const struct host *h, const char *category, const char *event);

/* A field of an event's record, from its format file. */
struct format_field {
	const char *decl; /* all between "field:" and ';': "const char * name", "char comm[16]" */
	const char *name;
	char type[64]; /* without name, brackets, const: "unsigned long", "char *" */
	uint32_t offset, size;
	uint32_t length;               /* elements of an array; 0: not one */
	bool is_signed, is_data_loc, is_pointer;
};

/* Reads the format file of an event and calls each for every field but the common ones (and those
 * of "__rel_loc", which only user events have); texts live during
 * the call. 0, -errno, or what each returned when that was not 0. */
typedef int (*field_fn)(void *ctx, const struct format_field *f);
int tracefs_format(const struct host *h, const char *category, const char *event, field_fn each,
		   void *ctx);
/* The same from the text of a format file, which is cut into pieces. */
int tracefs_format_text(char *text, field_fn each, void *ctx);

#endif
