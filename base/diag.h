#ifndef SONDE_BASE_DIAG_H
#define SONDE_BASE_DIAG_H

#include <stdbool.h>
#include <stdio.h>

#include "base/span.h"

struct arena;
struct sources;

/* What sonde has to say about a script, collected and shown once. Every complaint has a name that
 * never changes meaning (base/diag.def); wording may improve freely. */
enum diag_code {
#define DIAG(code, name) DIAG_##code,
#include "base/diag.def"
#undef DIAG
	DIAG_CODES
};

enum diag_severity { DIAG_IS_ERROR, DIAG_IS_WARNING };

struct diag_note {
	struct diag_note *next;
	struct span span;
	const char *text;
};

struct diag {
	struct diag *next;
	enum diag_severity severity;
	enum diag_code code;
	struct span span;           /* {0,0}: shown without a place */
	const char *message;
	struct diag_note *notes;    /* "because of this", each with its own place */
	struct diag_note *hints;    /* spans unused */
	struct diag *in_bucket;     /* diag.c's: the next of those that may be the same */
};

struct diags;

struct diags *diags_new(struct arena *a, const struct sources *src);

/* Record an error or a warning; never NULL, lives in the arena. The same message at the same place is
 * recorded once. span {0,0} when there is no place. */
struct diag *diag_error(struct diags *ds, enum diag_code code, struct span at, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
struct diag *diag_warning(struct diags *ds, enum diag_code code, struct span at, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
void diag_note(struct diags *ds, struct diag *d, struct span at, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
void diag_hint(struct diags *ds, struct diag *d, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Puts what `from` recorded behind what ds has; from is empty then. */
void diags_move(struct diags *ds, struct diags *from);

unsigned diags_errors(const struct diags *ds);         /* how many so far */
struct diag *diags_error_at(struct diags *ds, unsigned n); /* the n-th error, from 0 */
const struct diag *diags_first(const struct diags *ds); /* in order of recording */
const char *diag_code_name(enum diag_code code);        /* "arg-count" */

struct diags_look {
	bool color;     /* severity line in red or yellow */
	bool names;     /* " [arg-count]" behind the message */
	bool no_warnings;
};

/* Shows what was recorded of one severity, in order. */
void diags_show_errors(const struct diags *ds, FILE *out, struct diags_look look);
void diags_show_warnings(const struct diags *ds, FILE *out, struct diags_look look);
/* What a script says of itself while it runs: place, severity, text without an excerpt; then the calls it was
 * expanded from. Nothing is recorded. */
void diag_say(const struct diags *ds, enum diag_severity severity, struct span at, const char *text, size_t len,
	      FILE *out, struct diags_look look);
/* One record in full: place, line, marker, notes, hints. */
void diag_show(const struct diags *ds, const struct diag *d, FILE *out, struct diags_look look);

#endif
