#ifndef SONDE_AST_SCRIPT_H
#define SONDE_AST_SCRIPT_H

#include <stdio.h>

#include "ast/settings.h"
#include "ast/symtab.h"
#include "base/span.h"
#include "base/vec.h"

struct attach_target;
struct c_section;
struct ctype_source;
struct diags;
struct host;
struct named_param;
struct plan;
struct probe;
struct probe_record;
struct sources;
struct types;

/* One body, compiled once, for all the targets it serves. */
struct unit {
	const struct probe *probe;
	struct node *body;             /* a block; a copy of its own */
	struct attach_target *targets;
	size_t n_targets;
	bool per_target;               /* the body looks at which target it is: exactly one target */
	bool uses_context;             /* reads registers or the record of its event */
	VEC(struct variable *) vars;
	struct variable *mode;         /* what loops read for BUILTIN_USERMODE; NULL: nothing does */
	struct script_fn *fn;          /* this is the body of a function; NULL: of a probe */
	struct span text;              /* predicate and body, when others with the same text may join; else empty */
	bool is_long, is_split;        /* codegen: statements share functions; they are cut into parts */
	struct prog_desc *desc;        /* from pass_plan on */
};

/* A function of the script. Its body is checked once; a call gets a copy of it (NODE_inlined). */
struct script_fn {
	const char *name;
	struct node *def;              /* NODE_function */
	struct unit *unit;             /* its body; not among the units of the script */
	size_t n_params;
	VEC(struct variable *) params; /* from pass_resolve on */
	VEC(struct node *) calls;      /* of functions of the script, in the body */
	const struct type *declared;   /* what it returns */
	const struct type *result;     /* the same with a size; NULL: not known yet */
	enum addr_space as;
	bool returns_in_for;           /* from the body of a for: the result must be seen there */
	bool returns;                  /* somewhere, with a value or without */
	size_t size;                   /* nodes of the body with the bodies of what it calls; saturates */
	unsigned depth;                /* levels of the same */
	enum { FN_NEW, FN_OPEN, FN_DONE } state; /* while the order of calls is worked out */
};

/* A script on its way from text to plan. Everything lives in its arena. */
struct script {
	struct arena *arena;
	struct intern *names;
	struct sources *sources;
	struct diags *diags;
	struct types *types;
	const struct host *host;
	struct settings settings;
	uint64_t settings_from_env;    /* bit i: row i of settings.def came from the environment, which wins */
	bool warn_reads;               /* -k: reads and lookups that fail are counted, too */
	const char *const *params;     /* $1 ... */
	size_t n_params;
	const char *const *named;      /* words "--name=value", for getopt() */
	size_t n_named;
	VEC(struct named_param *) asked; /* by getopt(), in order of first use */
	struct node *root;             /* NODE_program, from the parser */
	VEC(struct map *) maps;        /* in order of first use */
	VEC(struct unit *) units;      /* in order of declaration */
	bool left_out;                 /* a probe without targets (missing_probes) is not among them */
	VEC(struct script_fn *) functions; /* from pass_order on: callees before their callers */
	const char *const *include_dirs; /* -I */
	size_t n_include_dirs;
	struct c_section *c_section;   /* C definitions and directives; parser/ keeps them */
	int (*read_c)(struct script *s); /* reads them: types, constants, macros; NULL: there are none */
	bool has_bad_c;                /* they were refused */
	struct ctype_source *ctypes;   /* who knows C types, in the order they are asked */
	struct ctype_source *headers;  /* constants of known headers (parser/c_headers.h); NULL: none */
	struct ctype_source *kernel_types; /* asked last; made when first needed */
	struct probe_record *records;  /* types of `args` made so far; probes/ keeps them */
	struct plan *plan;             /* from pass_plan on */
};

/* A new script; host and params must outlive it. */
struct script *script_new(const struct host *host);
void script_free(struct script *s);
/* The map of that name, made when it is new. */
struct map *script_map(struct script *s, const char *name, struct span use);

/* The function of that name; NULL: there is none. */
struct script_fn *script_find_fn(const struct script *s, const char *name);

/* A feature that may change is used: allowed, warned of once for all of the script, or refused at
 * this place, as its setting ("unstable_x", with this value) has it. 0, or -1 with a diag. */
int script_use_unstable(struct script *s, const char *feature, const char *setting,
			enum unstable value, struct span at);

/* The passes over the tree, in order. Each stops the rest when it recorded errors. */
enum dump { DUMP_AST = 1, DUMP_TYPES = 2 };
/* 0, or -1 with diags. dump: a set of enum dump; the tree after each pass goes to stderr, the types to stdout. */
int script_check(struct script *s, unsigned dump);

#endif
