#ifndef SONDE_AST_PASS_H
#define SONDE_AST_PASS_H

struct script;

/* A pass over the tree. 0, or -1 with diags: the passes behind it do not run. */
struct pass {
	const char *name;
	int (*run)(struct script *s);
};

int pass_config(struct script *s);   /* config block and map declarations into the script */
int pass_c(struct script *s);        /* C definitions and directives to types, constants and macros */
int pass_macros(struct script *s);  /* calls of macros become what they stand for */
int pass_probes(struct script *s);   /* attach points to units, wildcards to targets */
int pass_functions(struct script *s); /* functions of the script by name */
int pass_resolve(struct script *s);  /* names to builtins, variables, maps; control flow */
int pass_order(struct script *s);    /* who calls whom: no circles, nothing too large */
int pass_fold(struct script *s);     /* parameters and constants worked out */
int pass_types(struct script *s);    /* every expression gets a type; the last pass that complains */
int pass_inline(struct script *s);   /* calls of functions get a body of their own */
int pass_plan(struct script *s);     /* maps and programs written down as plain data */

#endif
