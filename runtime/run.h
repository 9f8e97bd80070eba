#ifndef SONDE_RUNTIME_RUN_H
#define SONDE_RUNTIME_RUN_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/span.h"
#include "runtime/program.h"

struct attach_target;
struct child;
struct diags;
struct host;
struct map_desc;
struct output;
struct prog_desc;
struct strbuf;

/* A program while it runs: loaded, attached, events read, maps printed. */
struct run;

struct run_options {
	const struct host *host;
	struct diags *diags; /* for places in messages; what is said while running goes to stderr */
	struct output *output;
	struct child *child;           /* of -c, waiting to be released; NULL: none */
	int process_fd; /* pidfd of the process of -p: tracing ends with it; -1: none */
	bool quiet, verbose, dry_run, no_warnings, color;
	bool show_log;                 /* the kernel's log of every program, on stdout */
};

/* Runs a program to its end; returns the exit status of the process (spec/output.md 10). */
int run_program(const struct program *p, const struct run_options *opt);

/* -- for probe kinds -- */

/* The descriptor of a program loaded as these types; loaded when first asked for. -errno (the
 * kernel's log was shown). The descriptor stays the run's. */
int run_load(struct run *run, const struct prog_desc *d, int prog_type, int attach_type);
const struct host *run_host(const struct run *run);
/* Hands over a descriptor that holds an attachment. slow: letting it go makes the kernel wait (perf
 * events: some 70 ms each), so it is let go in the background when sonde leaves. */
void run_keep_fd(struct run *run, int fd, bool slow);
/* A target that could not be attached: said at once, as missing_probes has it. reason NULL: the
 * text of err (an errno, positive); empty: no reason line. */
void run_attach_failed(struct run *run, const struct attach_target *t, int err, const char *reason);
/* A program that sonde runs itself: every `period_ns` nanoseconds, or when the signal arrives. */
int run_every(struct run *run, const struct prog_desc *d, uint64_t period_ns);
int run_on_signal(struct run *run, const struct prog_desc *d, int signo);
/* Counts calls the kernel skipped at an attachment; added up and reported with the program. */
void run_add_missed(struct run *run, const struct prog_desc *d, uint64_t n);

/* -- for builtins that handle events -- */

struct output *run_output(struct run *run);
/* A line on stderr: "ERROR: ..." or "WARNING: ...". */
void run_complain(struct run *run, bool is_error, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* The same for a place of the script, with the calls it was expanded from; a newline at its end is not doubled.
 * Warnings are silent with --no-warnings. */
void run_complain_at(struct run *run, bool is_error, struct span at, const char *text, size_t len);
int run_print_map(struct run *run, const struct map_desc *m, uint64_t top, int64_t div);
int run_clear_map(struct run *run, const struct map_desc *m);   /* deletes all elements */
int run_zero_map(struct run *run, const struct map_desc *m);    /* keeps the keys */

#endif
