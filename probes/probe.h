#ifndef SONDE_PROBES_PROBE_H
#define SONDE_PROBES_PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ast/node.h"
#include "base/span.h"

struct arena;
struct attach_target;
struct cg;
struct ctype_source;
struct diags;
struct field;
struct host;
struct prog_desc;
struct run;
struct script;
struct type;
struct unit;
struct value;

/* An attach point as written, taken apart. */
enum { MAX_PROBE_PARTS = 8 };
struct probe {
	const struct probe_kind *kind;
	struct span span;              /* the whole attach point */
	const char *text;
	const char *label;             /* of "label=kprobe:f", else NULL */
	const char *part[MAX_PROBE_PARTS]; /* behind the provider, unquoted, parameters put in */
	unsigned n_parts;
	bool is_guess;                 /* the provider had wildcards: matches only what surely exists */
	/* What the kind's parse() made of the parts; wildcards still in. NULL: not given. */
	const char *path;              /* binary, module or category */
	const char *function;          /* function, event, signal */
	const char *unit;
	uint64_t offset, address, count;
};

/* What the programs of a kind can look at. */
enum {
	GIVES_ARGN = 1,     /* arg0 ...: emit_arg */
	GIVES_ARGS = 2,     /* args.x: context, emit_field */
	GIVES_RETVAL = 4,   /* emit_retval */
	GIVES_FUNC = 8,     /* emit_func */
	GIVES_REGS = 16,    /* struct pt_regs at the start of the context: reg() */
	GIVES_CTX = 32,
	GIVES_USERMODE = 64, /* registers tell whether user mode was interrupted */
	GIVES_SIGNAL = 128,
	GIVES_WHOLE_ARGS = 256, /* args is a value of its own: a record of its members */
};

enum pid_filter {
	PID_FILTER_NONE,    /* begin, end, interval: see every process */
	PID_FILTER_PROGRAM, /* the compiler puts a test in front of the body */
	PID_FILTER_ATTACH,  /* attach() asks the kernel for one process */
};

/* Called for every event that an attach point matches; t and what it points to is copied when kept.
 * Non-zero stops the search and is returned by match(). */
typedef int (*target_fn)(void *ctx, const struct attach_target *t);
typedef int (*line_fn)(void *ctx, const char *line);

/* A kind of probe: one file of probes/, one row. A NULL verb means "nothing special". */
struct probe_kind {
	const char *name;              /* "tracepoint" */
	const char *aliases;           /* "t", several with a space between; NULL: none */
	const char *spec;              /* "tracepoint:category:event" */
	const char *doc;               /* a sentence or two for the manual */
	const char *counts;            /* how many parts there may be, as shown: "1 or 2" */
	unsigned min_parts, max_parts;
	bool wildcard_alone;           /* a single part will do when it has wildcards */
	bool pid_gives_path;           /* with -p a single part will do: the process names the binary */
	unsigned gives;                /* GIVES_* */
	enum addr_space as;            /* of pointers in its data */
	enum pid_filter pid_filter;
	bool reverse_order;            /* later attached runs first: attach in reverse (spec/probes.md 7) */
	bool is_special;               /* begin, end: run by sonde itself around the others */
	bool sees_sonde;               /* the process they see is sonde: probetype "special", not listed */
	int prog_type;                 /* enum bpf_prog_type, unless decide() says otherwise */
	int64_t default_return;        /* what the program returns; tracepoints: 1 */

	/* Compile side. */
	/* Parts to path, function ...; 0, or -1 with diags (location p->span). */
	int (*parse)(struct script *s, struct probe *p);
	/* Calls each for every match; returns how many there were, or -1 with diags. Nothing matched is 0.
	 * NULL: exactly one match, from the members of p. Names and texts handed out live in s->arena. */
	int (*match)(struct script *s, const struct probe *p, target_fn each, void *ctx);
	/* The struct type `args` has for a target, cached by the kind; NULL with a diag at `use`. */
	const struct type *(*context)(struct script *s, const struct attach_target *t, struct span use);
	/* What is wrong with args.NAME when the struct has no such member: a text in s->arena. NULL: the usual. */
	const char *(*missing_field)(struct script *s, const struct attach_target *t, const char *name);
	/* Address space of pointers in the data of a target, where that is not the same for all. NULL: as. */
	enum addr_space (*data_as)(const struct attach_target *t);
	/* The event nearest in name to what a probe that matches nothing asked for; NULL: none is near. */
	const char *(*nearest)(struct script *s, const struct probe *p);
	/* Program type and way to attach of a checked unit: sets prog_type, attach_type, how. */
	void (*decide)(struct script *s, const struct unit *u, struct prog_desc *d);
	/* Code in front of the body that leaves the program for events that are not meant (cg_leave_unless). */
	void (*emit_prologue)(struct cg *cg);
	/* Whether the program of a unit can find out which of its targets was hit: their ids differ, and
	 * emit_target() gives the id (64 bit, small numbers). NULL: never. */
	bool (*tells_target)(const struct unit *u);
	struct LLVMOpaqueValue *(*emit_target)(struct cg *cg);
	struct value (*emit_arg)(struct cg *cg, unsigned n);
	struct value (*emit_field)(struct cg *cg, const struct field *f);
	struct value (*emit_retval)(struct cg *cg);
	struct value (*emit_func)(struct cg *cg);          /* the address, as uint64 */

	/* Run side; -errno, silent except through run_attach_failed(). */
	/* Loads the program; NULL: run_load() with the types of the plan. */
	int (*load)(struct run *run, const struct prog_desc *d);
	/* Attaches all targets; returns how many were attached, or -errno when nothing at all could be
	 * done. What cannot be attached is said, target by target, through run_attach_failed(). */
	int (*attach)(struct run *run, const struct prog_desc *d);

	/* -l: lines whose text behind "name:" matches the pattern; with_params: -lv lines below each. */
	int (*list)(const struct host *h, const char *pattern, bool with_params, line_fn each, void *ctx);
};

/* All kinds, in order of probes.def. */
const struct probe_kind *probe_kind_at(size_t i);              /* NULL behind the last */
const struct probe_kind *probe_kind_find(const char *name);     /* by name (any case) or alias */

/* Takes the text of an attach point apart (spec/probes.md 1) and has the kind parse it. A provider with
 * wildcards makes several probes. Calls each for every probe made; 0, or -1 with diags. */
int probe_parse(struct script *s, const char *text, struct span span,
		int (*each)(void *ctx, struct probe *p), void *ctx);
/* All targets of a probe through its kind; the same returns as match(). */
int probe_match(struct script *s, const struct probe *p, target_fn each, void *ctx);

/* Address space of pointers in a target's data. */
enum addr_space probe_data_as(const struct attach_target *t);
/* What to say when args of a target have no member of that name; in s->arena. */
const char *probe_missing_field(struct script *s, const struct attach_target *t, const char *name);
/* Adds "Did you mean" to a diag about a probe that matches nothing, when something is near. */
struct diag;
void probe_hint_nearest(struct script *s, const struct probe *p, struct diag *d);

/* Offset of a register in struct pt_regs, by the names of spec/builtins.md 7; -1: no such register. */
int probe_register(const char *name);

/* The types of the kernel and its modules, from BTF, which is opened when first asked; the same each
 * time, in the arena of the script. */
struct ctype_source *probe_kernel_types(struct script *s);
/* The kernel's struct of that name, to point to; nothing is looked up before its members are needed. */
const struct type *probe_kernel_struct(struct script *s, const char *name);
void probe_kernel_types_free(struct ctype_source *src); /* what it opened; NULL is fine */

/* Whether the kernel or a module describes a function of that name. */
bool probe_has_function(struct script *s, const char *name);
/* Whether the kernel lets programs of that kind call it: 1 or 0; -errno: it could not be asked. */
int probe_kfunc_allowed(struct script *s, const struct probe *p, const char *name);

/* Of the binary that a target in user space is in: whether it can only be loaded where it was linked to, and its
 * inode. 0 or -errno. */
int probe_binary(struct script *s, const struct attach_target *t, bool *ret_is_fixed, uint64_t *ret_inode);

/* Lists the probes of this machine (spec/probes.md 9). pattern NULL: everything of the kernel. 0 or -1. */
int probe_list(const struct host *h, const char *pattern, bool with_params, line_fn each, void *ctx);

#endif
