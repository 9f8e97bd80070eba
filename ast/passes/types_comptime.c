#include "ast/pass.h"
#include "ast/passes/late.h"
#include "ast/passes/types_priv.h"
#include "ast/script.h"

/* What must be known while the script is compiled. Folding comes again in each round after types have settled,
 * so that conditions may ask for sizes. */

/* Has no type before it is a literal: what it becomes is narrower than what it was made of. */
void infer_comptime(struct typer *t, struct node *n)
{
	struct node *value = n->comptime.operand, *next = n->next;
	unsigned errors = diags_errors(t->s->diags);

	infer(t, value);
	if (node_is_literal(value)) {
		*n = *value;
		n->next = next;
		infer(t, n);
		t->changed = true;
		return;
	}
	if (!t->final)
		return;
	if (diags_errors(t->s->diags) == errors)
		diag_hint(t->s->diags, type_error(t, DIAG_COMPTIME, n->span, "Unable to resolve comptime expression"),
			  "known when the script is compiled are literals, parameters, sizeof() and what is asked of types");
	set_type(t, n, value->type ? value->type : type_int(t->s->types, 64, true));
}

bool infer_choice(struct typer *t, struct node *n)
{
	struct node *cond = n->kind == NODE_cond ? n->cond.cond : n->ternary.cond;
	struct diags *silent = t->s->diags;
	const struct late *late;

	if (cond->kind != NODE_comptime)
		return false;
	if (t->final) {
		infer(t, cond); /* complains */
		return true;
	}
	late = cond->comptime.late;
	infer(t, cond->comptime.operand);
	t->s->diags = t->real;
	fold_operand(t->s, t->u, cond->comptime.operand, t->settled);
	t->s->diags = silent;
	if (!node_is_literal(cond->comptime.operand))
		return true;
	t->s->diags = t->real;
	fold_choose(t->s, n);
	resolve_late(late, n);
	t->s->diags = silent;
	t->changed = true;
	return true;
}

static bool fold_unit(struct typer *t, const struct unit *u)
{
	return fold_body(t->s, u, u->body, t->settled);
}

bool fold_units(struct typer *t)
{
	struct diags *silent = t->s->diags;
	bool any = false;

	t->has_new_sizes = false;
	t->s->diags = t->real;
	for (size_t i = 0; i < t->s->functions.n; i++)
		any |= fold_unit(t, t->s->functions.v[i]->unit);
	for (size_t i = 0; i < t->s->units.n; i++)
		any |= fold_unit(t, t->s->units.v[i]);
	t->s->diags = silent;
	return any;
}
