#include <string.h>

#include "ast/ctype.h"
#include "ast/passes/types_priv.h"
#include "ast/script.h"
#include "builtins/builtin.h"
#include "probes/probe.h"

/* Types by name, casts, and what is asked of a type. */

static const struct type *say_no_type(struct typer *t, const struct node *n)
{
	static const char *const tags[] = {
		[TAG_NONE] = "", [TAG_STRUCT] = "struct ", [TAG_UNION] = "union ", [TAG_ENUM] = "enum ",
	};

	struct diag *d = diag_error(t->s->diags, DIAG_UNKNOWN_TYPE, n->span,
				    "Cannot resolve unknown type \"%s%s\"", tags[n->type_name.tag],
				    n->type_name.name);

	t->failed = true;
	ctype_hint_unknown(t->s, d, n->type_name.name);
	return NULL;
}

static const struct type *named_type(struct typer *t, const struct node *n)
{
	const struct type *type = NULL;
	unsigned first = 0;

	if (n->type_name.tag == TAG_NONE)
		type = type_named(t->s->types, n->type_name.name);
	if (!type)
		type = ctype_find(t->s, n->type_name.tag, n->type_name.name);
	if (!type)
		return say_no_type(t, n);
	if (type->kind == TYPE_STRING && n->type_name.n_suffixes && n->type_name.suffix[0] > 0) {
		type = type_string(t->s->types, (uint32_t)n->type_name.suffix[0]);
		first = 1;
	}
	for (unsigned i = first; i < n->type_name.n_suffixes; i++) {
		int64_t suffix = n->type_name.suffix[i];

		if (suffix == SUFFIX_POINTER)
			type = type_pointer_to(t->s->types, type);
		else if (suffix >= 0)
			type = type_array(t->s->types, type, (uint32_t)suffix);
		else
			return type_error(t, DIAG_NOT_BUILT, n->span,
					  "arrays without a size are not supported by this version of sonde"),
			       NULL;
	}
	return type;
}

void infer_type_name(struct typer *t, struct node *n)
{
	if (!n->type)
		set_type(t, n, named_type(t, n));
}

static bool can_cast(const struct type *from, const struct type *to)
{
	bool number = from->kind == TYPE_INT || from->kind == TYPE_BOOL || from->kind == TYPE_POINTER;

	switch (to->kind) {
	case TYPE_INT:
	case TYPE_POINTER:
		return number;
	case TYPE_BOOL:
		return number || from->kind == TYPE_STRING;
	case TYPE_STRING:
		return from->kind == TYPE_STRING && to->size && from->size <= to->size;
	case TYPE_SPECIAL:
		return from->kind == TYPE_INT && !strcmp(to->special->name, "username_t");
	default:
		return false;
	}
}

void infer_cast(struct typer *t, struct node *n)
{
	const struct type *from, *to;

	infer(t, n->cast.operand);
	infer(t, n->cast.to);
	to = n->cast.to->type;
	if (!n->cast.operand->type || !to) {
		if (!to)
			set_type(t, n, int64(t));
		return;
	}
	from = type_decay(t->s->types, n->cast.operand->type);
	n->as = n->cast.operand->as != AS_NONE ? n->cast.operand->as : t->u->probe->kind->as;
	set_type(t, n, to);
	if (!can_cast(from, to)) {
		t->failed = true;
		diag_error(t->s->diags, DIAG_CAST, n->span, "Cannot cast from \"%s\" to \"%s\"", from->name,
			   to->name);
	} else if (n->cast.operand->type == to && n->cast.operand->kind != NODE_number) {
		diag_warning(t->s->diags, DIAG_CAST, n->span,
			     "Unnecessary cast: expression is already of type %s", to->name);
	}
}

void infer_size_of(struct typer *t, struct node *n)
{
	const struct type *of;
	struct node *next = n->next;
	struct span span = n->span;

	infer(t, n->size_of.operand);
	of = n->size_of.operand->type;
	if (!of || (!t->final && !t->settled))
		return;
	*n = (struct node){ .kind = NODE_number, .span = span, .next = next };
	n->number.value = of->size;
	infer_number(t, n);
	t->changed = true;
}
