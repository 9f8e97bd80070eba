#ifndef SONDE_OPTIONS_H
#define SONDE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/vec.h"
#include "runtime/output.h"

/* The command line, read (spec/cli.md 1 to 3). */
enum action { ACTION_RUN, ACTION_LIST, ACTION_HELP, ACTION_VERSION, ACTION_INFO };

enum {
	SHOW_AST = 1,
	SHOW_TYPES = 2,
	SHOW_CODEGEN = 4,
	SHOW_CODEGEN_OPT = 8,
	SHOW_LIBBPF = 16,
	SHOW_VERIFIER = 32,
	SHOW_ALL = 63,
};

struct options {
	enum action action;
	const char *program;           /* text of -e; NULL: none */
	const char *file;              /* "-": standard input; NULL: none */
	const char *pid, *cmd, *output, *format, *traceable; /* NULL: not given */
	enum buffering buffering;
	unsigned show;                 /* SHOW_* */
	bool quiet, verbose, warnings, no_warnings, unsafe, dry_run, verify;
	VEC(const char *) params;      /* $1 ... */
	VEC(const char *) include_dirs; /* -I, in order */
	VEC(const char *) includes;    /* --include, in order */
	VEC(const char *) named;       /* words "--name=value" behind the program */
};

/* Reads the command line. 0, or -1 when it is no good: that was said on stderr. */
int options_read(struct options *o, int argc, char **argv);
void options_done(struct options *o);
void options_usage(FILE *out);

#endif
