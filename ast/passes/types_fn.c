#include <string.h>

#include "ast/passes/types_priv.h"
#include "ast/script.h"
#include "base/str.h"
#include "base/vec.h"
#include "builtins/builtin.h"

/* Functions of the script: what they take and return is declared; a string or buffer without a size
 * gets the one that all calls, or all returns, fit into. */

/* Whether a value fits what is declared without a size; *slot is what fitted so far. */
static bool grow_unsized(struct typer *t, const struct type **slot, const struct type *declared,
			 const struct type *type)
{
	const struct type *both = *slot ? type_promote(t->s->types, *slot, type) : type;

	if (type->kind != declared->kind || !both)
		return false;
	if (*slot != both)
		t->changed = true;
	*slot = both;
	return true;
}

/* -- declarations -- */

static void declare_param(struct typer *t, struct variable *v, struct node *param)
{
	const struct type *d = infer_declared(t, param->param.declared, "function parameter");

	if (!d)
		return;
	v->declared = d;
	if (!d->is_unsized)
		v->type = d;
	else if (t->settled && !v->type) /* never called */
		v->type = d->kind == TYPE_STRING
				  ? type_string(t->s->types, (uint32_t)t->s->settings.max_strlen)
				  : type_buffer(t->s->types, (uint32_t)t->s->settings.max_strlen - 4);
	v->as = AS_KERNEL;
	param->param.var->type = v->type;
}

static void declare_result(struct typer *t, struct script_fn *f)
{
	struct node *declared = f->def->function.result;
	const struct type *d;

	infer(t, declared);
	d = declared->type;
	if (!d)
		return;
	if (d->kind != TYPE_VOID && (!is_storable(d) || d->kind == TYPE_AGG)) {
		diag_hint(t->s->diags, type_error(t, DIAG_TYPE_CLASH, declared->span,
						  "Unable to resolve suitable return type."),
			  "functions return values, as int64 or string, or void; aggregations are values of maps alone");
		d = int64(t);
	}
	f->declared = d;
	if (!d->is_unsized)
		f->result = d;
}

static void say_return(struct typer *t, struct span at, const struct script_fn *f, const char *type)
{
	struct diag *d;

	t->failed = true;
	d = diag_error(t->s->diags, DIAG_TYPE_CLASH, at, "Function %s is of type %s, cannot return %s",
		       f->name, f->declared->name, type);
	diag_note(t->s->diags, d, f->def->function.result->span, "declared here");
	if (!strcmp(type, type_void.name))
		diag_hint(t->s->diags, d, "it needs `return VALUE;`, or to be declared as void");
	else if (f->declared->kind == TYPE_VOID)
		diag_hint(t->s->diags, d, "declare it with the type it returns: fn %s(...) : %s", f->name, type);
	else
		diag_hint(t->s->diags, d, "declare it as %s, or return what fits", type);
}

void infer_fn_return(struct typer *t, struct node *n)
{
	struct script_fn *f = t->u->fn;
	struct node *v = n->return_stmt.value;
	const struct type *type;

	if (v)
		infer(t, v);
	if (!f->declared || (v && !v->type))
		return;
	type = v ? type_decay(t->s->types, v->type) : &type_void;
	if (type->kind == TYPE_VOID && f->declared->kind == TYPE_VOID)
		return;
	if (!is_storable(type) || f->declared->kind == TYPE_VOID ||
	    !(f->declared->is_unsized ? grow_unsized(t, &f->result, f->declared, type)
				      : suits_declared(t, f->declared, type, v)))
		say_return(t, v ? v->span : n->span, f, type->name);
	else if (f->as == AS_NONE)
		f->as = v->as;
}

static void infer_function(struct typer *t, struct script_fn *f)
{
	struct node *param = f->def->function.params;

	t->u = f->unit;
	for (size_t i = 0; i < f->params.n; i++, param = param->next)
		declare_param(t, f->params.v[i], param);
	declare_result(t, f);
	infer_body(t, f->unit->body);
	if (t->final && f->declared && f->declared->kind != TYPE_VOID && !f->returns)
		say_return(t, f->def->function.name_span, f, type_void.name);
}

void infer_functions(struct typer *t)
{
	for (size_t i = 0; i < t->s->functions.n; i++)
		infer_function(t, t->s->functions.v[i]);
}

/* -- calls -- */

static void note_params(struct typer *t, struct diag *d, const struct script_fn *f)
{
	struct strbuf list = { 0 };

	for (size_t i = 0; i < f->params.n; i++)
		strbuf_printf(&list, "%s%s", i ? ", " : "", f->params.v[i]->declared
								    ? f->params.v[i]->declared->name : "?");
	diag_note(t->s->diags, d, f->def->function.name_span, "Function `%s` requires arguments (%s)",
		  f->name, list.data ? list.data : "");
	strbuf_done(&list);
}

static void pass_argument(struct typer *t, const struct script_fn *f, struct variable *v,
			  const struct node *arg)
{
	const struct type *type = type_decay(t->s->types, arg->type);
	struct diag *d;

	if (!v->declared || is_refused(arg)) /* said already */
		return;
	if (is_storable(type) && (v->declared->is_unsized ? grow_unsized(t, &v->type, v->declared, type)
							   : suits_declared(t, v->declared, type, arg)))
		return;
	t->failed = true;
	d = diag_error(t->s->diags, DIAG_ARG_TYPE, arg->span, "Expected %s for argument `%s` got %s",
		       v->declared->name, v->name, type->name);
	note_params(t, d, f);
	if (v->declared->kind == TYPE_INT && type->kind == TYPE_INT)
		diag_hint(t->s->diags, d, "cut the value: (%s)(...)", v->declared->name);
	else if (v->declared->kind == TYPE_INT)
		builtin_hint_number(t->s, d, type);
	else if (v->declared->kind == TYPE_STRING && type->kind == TYPE_STRING)
		diag_hint(t->s->diags, d, "cut the text: str(text, %u)", v->declared->size - 1);
	else if (v->declared->kind == TYPE_STRING && type->kind == TYPE_INT)
		diag_hint(t->s->diags, d, "str(address) reads the text at an address");
	else if (type->kind == TYPE_INT && (v->declared->kind == TYPE_POINTER || v->declared->kind == TYPE_BOOL))
		diag_hint(t->s->diags, d, "cast it: (%s)(...)", v->declared->name);
}

void infer_fn_call(struct typer *t, struct node *n)
{
	struct script_fn *f = n->call.script_fn;
	size_t i = 0;

	for (struct node *arg = n->call.args; arg; arg = arg->next) {
		infer(t, arg);
		if (arg->type && i < f->params.n)
			pass_argument(t, f, f->params.v[i], arg);
		i++;
	}
	n->as = f->as;
	if (f->result)
		set_type(t, n, f->result);
	else if (t->final)
		set_type(t, n, int64(t)); /* said where it is defined */
}
