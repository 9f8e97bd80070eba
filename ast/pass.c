#include "ast/pass.h"

#include "ast/script.h"
#include "ast/type.h"
#include "base/diag.h"
#include "base/vec.h"

static const struct pass passes[] = {
	{ "config", pass_config },    /* settings and map declarations */
	{ "macros", pass_macros },    /* calls of macros become what they stand for */
	{ "probes", pass_probes },    /* attach points to targets, bodies to units */
	{ "resolve", pass_resolve },  /* names to builtins, variables, maps */
	{ "fold", pass_fold },        /* what is known now is worked out now */
	{ "types", pass_types },      /* every expression gets a type; the last pass that complains */
	{ "plan", pass_plan },        /* maps and programs: decided, written down */
};

static void dump_tree(const struct script *s, const char *pass)
{
	fprintf(stderr, "AST after: %s\n-------------------\n", pass);
	if (!s->units.n)
		node_print(stderr, s->root);
	for (size_t i = 0; i < s->units.n; i++)
		node_print(stderr, s->units.v[i]->body);
	fputc('\n', stderr);
}

static void dump_types(const struct script *s)
{
	printf("// Variables\n");
	for (size_t i = 0; i < s->units.n; i++) {
		const struct unit *u = s->units.v[i];

		for (size_t k = 0; k < u->vars.n; k++)
			if (u->vars.v[k]->type)
				printf("$%s /* %s */\n", u->vars.v[k]->name, u->vars.v[k]->type->name);
	}
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
