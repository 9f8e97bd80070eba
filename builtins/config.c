/* The settings of the script, as a record: config.max_strlen. */
#include <string.h>

#include "ast/script.h"
#include "ast/settings.h"
#include "base/arena.h"
#include "base/intern.h"
#include "builtins/builtin.h"

static struct node *make_value(struct script *s, struct span span, const struct setting_value *v)
{
	static const enum node_kind kinds[] = {
		[SETTING_IS_NUMBER] = NODE_number, [SETTING_IS_BOOL] = NODE_boolean, [SETTING_IS_TEXT] = NODE_string,
	};
	struct node *n = node_new(s->arena, kinds[v->kind], span);

	if (v->kind == SETTING_IS_NUMBER) {
		n->number.value = v->number;
	} else if (v->kind == SETTING_IS_BOOL) {
		n->boolean.value = v->number;
	} else {
		n->string.text = v->text;
		n->string.len = (uint32_t)strlen(v->text);
	}
	return n;
}

static int known_config(struct script *s, const struct unit *u, const struct node *call, bool is_settled,
			struct node *ret_literal)
{
	const char **names = ARENA_ARRAY(s->arena, const char *, SETTINGS);
	struct node *elems = NULL, **end = &elems;
	struct setting_value v;
	size_t n = 0;

	(void)u;
	(void)is_settled;
	for (unsigned row = 0; row < SETTINGS; row++) {
		if (setting_get(&s->settings, row, &v))
			continue;
		names[n++] = intern_str(s->names, setting_name(row));
		*end = make_value(s, call->span, &v);
		end = &(*end)->next;
	}
	ret_literal->kind = NODE_tuple;
	ret_literal->tuple.elems = elems;
	ret_literal->tuple.names = names;
	return 0;
}

const struct builtin builtins_config[] = {
	{ .name = "config", .sig = "own()", .flags = BUILTIN_VALUE,
	  .doc = "The config variables as a record that is known when the script is compiled: config.max_strlen. Values "
		 "of a few words are texts: config.stack_mode == \"perf\".",
	  .known = COMPILE_SIDE(known_config) },
	{ 0 }
};
