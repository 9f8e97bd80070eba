#include "ast/pass.h"

#include "ast/script.h"
#include "ast/type.h"
#include "base/diag.h"
#include "base/vec.h"

static const struct pass passes[] = {
	{ "config", pass_config },    /* settings and map declarations */
	{ "c", pass_c },              /* C definitions to types and constants */
	{ "macros", pass_macros },    /* calls of macros become what they stand for */
	{ "probes", pass_probes },    /* attach points to targets, bodies to units */
	{ "functions", pass_functions }, /* functions of the script by name */
	{ "resolve", pass_resolve },  /* names to builtins, functions, variables, maps */
	{ "order", pass_order },      /* who calls whom: no circles, nothing too large */
	{ "fold", pass_fold },        /* what is known now is worked out now */
	{ "types", pass_types },      /* every expression gets a type; the last pass that complains */
	{ "inline", pass_inline },    /* calls of functions get a body of their own */
	{ "plan", pass_plan },        /* maps and programs: decided, written down */
};

static void dump_tree(const struct script *s, const char *pass)
{
	fprintf(stderr, "AST after: %s\n-------------------\n", pass);
	if (!s->units.n)
		node_print(stderr, s->root);
	for (size_t i = 0; s->units.n && i < s->functions.n; i++)
		node_print(stderr, s->functions.v[i]->def);
	for (size_t i = 0; i < s->units.n; i++)
		node_print(stderr, s->units.v[i]->body);
	fputc('\n', stderr);
}

static void dump_variables(const struct unit *u)
{
	for (size_t i = 0; i < u->vars.n; i++)
		if (u->vars.v[i]->type && !u->vars.v[i]->is_of_call)
			printf("$%s /* %s */\n", u->vars.v[i]->name, u->vars.v[i]->type->name);
}

static void dump_types(const struct script *s)
{
	if (s->functions.n)
		printf("// Functions\n");
	for (size_t i = 0; i < s->functions.n; i++) {
		node_print_typed(stdout, s->functions.v[i]->def);
		printf("\n\n");
	}
	printf("// Variables\n");
	for (size_t i = 0; i < s->functions.n; i++)
		dump_variables(s->functions.v[i]->unit);
	for (size_t i = 0; i < s->units.n; i++)
		dump_variables(s->units.v[i]);
	printf("\n// Program\n");
	for (size_t i = 0; i < s->units.n; i++) {
		node_print_typed(stdout, s->units.v[i]->body);
		putchar('\n');
	}
}

int script_check(struct script *s, unsigned dump)
{
	for (size_t i = 0; i < ARRAY_SIZE(passes); i++) {
		if (passes[i].run(s) || diags_errors(s->diags))
			return -1;
		if (dump & DUMP_AST)
			dump_tree(s, passes[i].name);
	}
	if (dump & DUMP_TYPES)
		dump_types(s);
	return 0;
}
