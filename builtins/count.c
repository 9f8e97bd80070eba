#include "ast/node.h"
#include "ast/script.h"
#include "builtins/agg.h"

static const struct agg count = {
	.type_name = "count_t",
	.slot_size = 8,
	.is_castable = true,
	.emit_update = COMPILE_SIDE(agg_emit_add_one),
	.emit_merge = COMPILE_SIDE(agg_emit_merge),
	.emit_result = COMPILE_SIDE(agg_emit_number),
	.format = agg_format,
	.rank = agg_rank,
};

static int check_count(struct script *s, struct unit *u, struct node *call)
{
	(void)u;
	call->type = type_agg(s->types, &count, true, NULL);
	return 0;
}

const struct builtin builtins_count[] = {
	{ .name = "count", .sig = "own()", .flags = BUILTIN_EFFECT, .check = COMPILE_SIDE(check_count), .agg = &count,
	  .doc = "Counts how often it is called: @ = count()." },
	{ 0 }
};
