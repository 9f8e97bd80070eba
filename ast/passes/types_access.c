#include <string.h>

#include "ast/ctype.h"
#include "ast/passes/types_priv.h"
#include "ast/script.h"
#include "base/arena.h"
#include "base/intern.h"
#include "base/nearest.h"
#include "base/str.h"
#include "base/vec.h"
#include "builtins/builtin.h"
#include "probes/probe.h"

/* What pointers lead to, members and elements. */

static void say_unknown_struct(struct typer *t, const struct node *n, const struct type *type)
{
	const char *space = strchr(type->name, ' ');
	struct diag *d = diag_error(t->s->diags, DIAG_ACCESS, n->span, "Unknown struct/union: '%s'", type->name);

	t->failed = true;
	ctype_hint_unknown(t->s, d, space ? space + 1 : type->name);
	hint_undefined(t, d, strncmp(type->name, "union", 5) ? "struct " : "union ");
}

static void say_no_deref(struct typer *t, const struct node *n, const struct type *of)
{
	struct diag *d;

	t->failed = true;
	if (is_pointer(of) && of->to->kind == TYPE_STRUCT) {
		say_unknown_struct(t, n, of->to);
	} else if (of->kind == TYPE_STRUCT) {
		d = diag_error(t->s->diags, DIAG_ACCESS, n->span,
			       "Can not dereference struct/union of type '%s'. It is not a pointer.", of->name);
		diag_hint(t->s->diags, d, "leave out the '*': this is the struct itself");
	} else if (of->kind != TYPE_STRING && of->kind != TYPE_TUPLE && of->kind != TYPE_BOOL) {
		d = diag_error(t->s->diags, DIAG_ACCESS, n->span,
			       "Can not dereference type '%s'. It is not a pointer.", of->name);
		diag_hint(t->s->diags, d, is_pointer(of) ? "say what is there: *(uint64 *)(...)"
							 : "'*' reads what is at an address: a pointer or a number");
	} else {
		d = diag_error(t->s->diags, DIAG_OPERATOR, n->span,
			       "The * operator can not be used on expressions of type '%s'", of->name);
		diag_hint(t->s->diags, d, "'*' reads what is at an address: a pointer or a number");
	}
}

/* A struct may be defined without members. */
static bool is_defined(const struct type *type)
{
	return type_complete(type)->size || (type->kind == TYPE_STRUCT && !type->is_incomplete);
}

void infer_deref(struct typer *t, struct node *n, const struct type *of)
{
	n->as = n->unary.operand->as;
	if (of->kind == TYPE_INT) {
		set_type(t, n, uint64(t));
	} else if ((is_pointer(of) && is_defined(of->to)) || builtin_is_context(n->unary.operand)) {
		set_type(t, n, is_pointer(of) ? of->to : of);
	} else {
		say_no_deref(t, n, of);
		set_type(t, n, int64(t));
	}
}

/* -- tuples -- */

static bool refuse_element(struct typer *t, const struct node *tuple, const struct node *e,
			   const struct type *type)
{
	const char *what = tuple->tuple.names ? "record" : "tuple";
	struct diags *ds = t->s->diags;
	struct diag *d;

	if (is_refused(e))
		return true;
	if (builtin_is_context(e)) {
		refuse_context(t, e);
		return true;
	}
	if (type->kind == TYPE_AGG)
		d = diag_error(ds, DIAG_TYPE_CLASH, e->span, "Map type %s cannot exist inside a %s.", type->name, what);
	else if (type->kind == TYPE_NONE || type->kind == TYPE_VOID)
		d = diag_error(ds, DIAG_TYPE_CLASH, e->span, "A %s cannot hold what has no value (%s).", what,
			       type->name);
	else
		return false;
	if (type->kind == TYPE_AGG && e->kind == NODE_map)
		diag_hint(ds, d, "print(@%s) shows it", e->map.name);
	else if (type->kind == TYPE_VOID)
		diag_hint(ds, d, "what stands here only does something: make it a statement of its own");
	t->failed = true;
	return true;
}

/* `args` as the record of its members: (name = args.name, ...). */
static void become_record(struct typer *t, struct node *n)
{
	struct arena *a = t->s->arena;
	const struct type *args = n->type;
	const char **names = ARENA_ARRAY(a, const char *, args->n + 1);
	struct node *base = arena_memdup(a, n, sizeof(*n)), *elems = NULL, **end = &elems;

	base->next = NULL;
	for (uint32_t i = 0; i < args->n; i++) {
		struct node *field = node_new(a, NODE_field, n->span);

		names[i] = intern_str(t->s->names, args->fields[i].name);
		field->field.base = base;
		field->field.name = names[i];
		field->field.name_span = n->span;
		*end = field;
		end = &field->next;
	}
	n->kind = NODE_tuple;
	n->tuple.elems = elems;
	n->tuple.names = names;
	n->type = NULL;
	infer_tuple(t, n);
}

void infer_value(struct typer *t, struct node *n)
{
	infer_allow_context(t, n);
	if (builtin_is_context(n) && t->u->probe->kind->gives & GIVES_WHOLE_ARGS)
		become_record(t, n);
}

/* A tuple of two tuples of two tuples ... is larger than memory soon. */
static bool is_too_large(struct typer *t, struct node *n, const struct type *elem, uint64_t *size)
{
	enum { MAX_TUPLE = 1 << 20 };

	*size += elem->size;
	if (*size <= MAX_TUPLE)
		return false;
	diag_hint(t->s->diags, type_error(t, DIAG_UNKNOWN_TYPE, n->span, "this tuple is too large"), "%d bytes are the limit",
		  MAX_TUPLE);
	return true;
}

void infer_tuple(struct typer *t, struct node *n)
{
	VEC(const struct type *) elems = { 0 };
	bool known = true;
	uint64_t size = 0;

	for (struct node *e = n->tuple.elems; e && known; e = e->next) {
		infer_value(t, e);
		known = e->type && !refuse_element(t, n, e, type_decay(t->s->types, e->type)) &&
			!is_too_large(t, n, e->type, &size);
		if (known)
			vec_push(&elems, type_decay(t->s->types, e->type));
	}
	if (known)
		set_type(t, n, elems.n ? type_record(t->s->types, elems.v, n->tuple.names, (uint32_t)elems.n)
				       : &type_none);
	vec_done(&elems);
}

void hint_members(struct typer *t, struct diag *d, const struct type *of)
{
	enum { MOST = 12 };
	struct strbuf names = { 0 };
	unsigned n = 0;

	for (uint32_t i = 0; i < of->n; i++) {
		const char *name = of->kind == TYPE_TUPLE ? of->names[i] : of->fields[i].name;

		if (name && n++ < MOST)
			strbuf_printf(&names, n > 1 ? ", %s" : "%s", name);
	}
	/* what the script defines itself, and arguments of probes, are no types that can be listed */
	if (n > MOST && of->kind != TYPE_TUPLE && !t->s->ctypes && !strchr(of->name, ':'))
		diag_hint(t->s->diags, d, "`sonde -lv '%s'` lists its members", of->name);
	else if (n)
		diag_hint(t->s->diags, d, "members are %s%s", names.data, n > MOST ? " ..." : "");
	strbuf_done(&names);
}

/* How what a value consists of is reached, where it was tried in another way. */
static void hint_parts(struct typer *t, struct diag *d, const struct type *of)
{
	const struct type *to = is_pointer(of) ? of->to : of;

	if (type_is_record(of) || (to->kind == TYPE_STRUCT && !to->is_incomplete))
		hint_members(t, d, to);
	else if (of->kind == TYPE_TUPLE)
		diag_hint(t->s->diags, d, of->n > 1 ? "elements are .0 to .%u" : "its element is .%u", of->n - 1);
	else if (of->kind == TYPE_ARRAY)
		diag_hint(t->s->diags, d, "elements are [0] to [%u]", of->n ? of->n - 1 : 0);
	else if (of->kind == TYPE_STRING)
		diag_hint(t->s->diags, d, "a text has bytes: (...)[0]");
	else if (is_pointer(of))
		diag_hint(t->s->diags, d, "say what is there: ((struct NAME *)(...))->MEMBER, ((uint64 *)(...))[0]");
	else if (of->kind == TYPE_INT)
		diag_hint(t->s->diags, d, "of an address say what is there: ((struct NAME *)(...))->MEMBER, "
			  "((uint64 *)(...))[0]");
	else
		diag_hint(t->s->diags, d, of->kind == TYPE_NONE || of->kind == TYPE_VOID ? "what stands here has no value"
											 : "this value has no parts");
}

static void tuple_element(struct typer *t, struct node *n, const struct type *base, uint64_t i)
{
	struct diag *d;

	if (base->kind != TYPE_TUPLE || base->names) {
		t->failed = true;
		d = diag_error(t->s->diags, DIAG_ACCESS, n->span,
			       "Can not access index '%llu' on expression of type '%s'",
			       (unsigned long long)i, base->name);
		if (n->kind == NODE_element && n->element.base->kind == NODE_number)
			diag_hint(t->s->diags, d, "numbers are whole: there are no fractions");
		else
			hint_parts(t, d, base);
		set_type(t, n, int64(t));
	} else if (i >= base->n) {
		t->failed = true;
		d = diag_error(t->s->diags, DIAG_ACCESS, n->span,
			       "Invalid tuple index: %llu. Found %u elements in tuple.",
			       (unsigned long long)i, base->n);
		hint_parts(t, d, base);
		set_type(t, n, int64(t));
	} else {
		set_type(t, n, base->elems[i]);
	}
}

void infer_element(struct typer *t, struct node *n)
{
	infer(t, n->element.base);
	n->as = n->element.base->as;
	if (n->element.base->type)
		tuple_element(t, n, n->element.base->type, n->element.n);
}

/* Of arrays and literal texts: how long another text is, is seen while it runs. */
static void check_bounds(struct typer *t, const struct node *at, const struct type *base)
{
	const struct node *i = at->index.index;
	uint32_t n = base->kind == TYPE_ARRAY ? base->n : at->index.base->kind == NODE_string ? base->size : 0;
	struct diag *d;

	if (i->kind != NODE_number || !n || i->number.negative || i->number.value < n)
		return;
	t->failed = true;
	d = diag_error(t->s->diags, DIAG_ACCESS, i->span, "the index %llu is out of bounds for array of size %u",
		       (unsigned long long)i->number.value, n);
	diag_hint(t->s->diags, d, "elements are [0] to [%u]", n - 1);
}

static void infer_array_index(struct typer *t, struct node *n, const struct type *base)
{
	const struct node *i = n->index.index;
	struct diag *d;

	if (i->type && (i->type->kind != TYPE_INT || (i->kind == NODE_number && i->number.negative))) {
		t->failed = true;
		d = diag_error(t->s->diags, DIAG_ACCESS, i->span,
			       "The array index operator [] only accepts non-negative integer indices. Got: %s",
			       i->type->name);
		if (i->type->kind == TYPE_INT && is_pointer(base))
			diag_hint(t->s->diags, d, "what is in front of a pointer: *(p - 1)");
		else if (i->type->kind == TYPE_INT)
			hint_parts(t, d, base);
		else
			builtin_hint_number(t->s, d, i->type);
	}
	check_bounds(t, n, base);
	if (base->kind == TYPE_STRING) {
		set_type(t, n, int8(t));
	} else if ((base->kind == TYPE_ARRAY || is_pointer(base)) && type_complete(base->to)->size) {
		set_type(t, n, base->to);
	} else {
		t->failed = true;
		if (is_pointer(base))
			d = diag_error(t->s->diags, DIAG_ACCESS, n->span,
				       "The array index operator [] cannot be used on a pointer to an unsized "
				       "type (%s).", base->name);
		else
			d = diag_error(t->s->diags, DIAG_ACCESS, n->span,
				       "The array index operator [] can only be used on arrays, pointers, and "
				       "tuples, found %s.", type_base_name(base));
		hint_parts(t, d, base);
		set_type(t, n, int64(t));
	}
}

void infer_index(struct typer *t, struct node *n)
{
	const struct type *base;

	infer(t, n->index.base);
	infer(t, n->index.index);
	base = n->index.base->type;
	if (!base)
		return;
	n->as = n->index.base->as;
	if (base->kind != TYPE_TUPLE || base->names) {
		infer_array_index(t, n, base);
	} else if (n->index.index->kind == NODE_number && !n->index.index->number.negative) {
		tuple_element(t, n, base, n->index.index->number.value);
	} else {
		diag_hint(t->s->diags, type_error(t, DIAG_ACCESS, n->span,
						  "Array-style access for tuples only valid for integer literals"),
			  "which element it is must be known when the script is compiled; what is looked up while it "
			  "runs is kept in a map: @name[key]");
		set_type(t, n, int64(t));
	}
}

/* -- members -- */

static void say_no_field(struct typer *t, const struct node *n, const struct type *base, bool of_probe)
{
	struct nearest near = { .want = n->field.name, .arena = t->s->arena };
	struct diag *d;

	t->failed = true;
	if (of_probe)
		d = diag_error(t->s->diags, DIAG_UNKNOWN_FIELD, n->field.name_span, "%s",
			       probe_missing_field(t->s, t->u->targets, n->field.name));
	else
		d = diag_error(t->s->diags, DIAG_UNKNOWN_FIELD, n->field.name_span,
			       "Struct/union of type '%s' does not contain a field named '%s'", base->name,
			       n->field.name);
	for (uint32_t i = 0; i < base->n; i++)
		if (base->fields[i].name)
			nearest_offer(&near, base->fields[i].name);
	if (near.best)
		nearest_hint(&near, t->s->diags, d, "", "");
	else
		hint_members(t, d, base);
}

static void infer_record_field(struct typer *t, struct node *n, const struct type *record)
{
	struct nearest near = { .want = n->field.name, .arena = t->s->arena };
	int i = type_element_named(record, n->field.name);
	struct diag *d;

	n->as = n->field.base->as;
	set_type(t, n, i < 0 ? int64(t) : record->elems[i]);
	if (i >= 0)
		return;
	t->failed = true;
	d = diag_error(t->s->diags, DIAG_UNKNOWN_FIELD, n->field.name_span,
		       "Record does not contain a field named '%s'", n->field.name);
	for (uint32_t k = 0; k < record->n; k++)
		nearest_offer(&near, record->names[k]);
	if (near.best)
		nearest_hint(&near, t->s->diags, d, "", "");
	else
		hint_members(t, d, record);
}

/* A member that was complained about, or one of it. */
static bool is_lost(const struct node *n)
{
	const struct type *t;

	if (n->kind != NODE_field || !n->field.base->type)
		return false;
	for (t = n->field.base->type; is_pointer(t);)
		t = t->to;
	if (t->kind == TYPE_STRUCT)
		return !type_field(t, n->field.name);
	return !type_is_record(t) || type_element_named(t, n->field.name) < 0;
}

static void say_no_struct(struct typer *t, const struct node *n, const struct type *base)
{
	struct diag *d;

	t->failed = true;
	if (is_lost(n->field.base))
		return;
	if (base->kind == TYPE_STRUCT) {
		say_unknown_struct(t, n, base);
	} else {
		d = diag_error(t->s->diags, DIAG_ACCESS, n->span,
			       "Can not access field '%s' on expression of type '%s'", n->field.name, base->name);
		if (base->kind == TYPE_INT && base->size == 8)
			diag_hint(t->s->diags, d, "an address needs the type of what is there: "
				  "((struct name *)address)->%s", n->field.name);
		else if (base->kind != TYPE_INT)
			hint_parts(t, d, base);
		else
			diag_hint(t->s->diags, d, "a number of %u bits is no address: what has members is a struct, or a "
				  "record (%s = ...)", 8 * base->size, n->field.name);
	}
}

static void struct_field(struct typer *t, struct node *n, const struct type *base)
{
	bool of_probe = builtin_is_context(n->field.base);
	const struct field *f = type_field(base, n->field.name);

	if (of_probe)
		n->as = probe_data_as(t->u->targets);
	if (!f) {
		say_no_field(t, n, base, of_probe);
		set_type(t, n, int64(t));
		return;
	}
	if (f->as != AS_NONE)
		n->as = f->as;
	if (f->refused_tag) {
		t->failed = true;
		diag_hint(t->s->diags, diag_error(t->s->diags, DIAG_ACCESS, n->field.name_span,
						  "Attempting to access pointer field '%s' with unsupported tag "
						  "attribute: %s", f->name, f->refused_tag),
			  "what it holds, as a number: *(uint64 *)((uint64)POINTER + offsetof(%s, %s))", base->name,
			  f->name);
	}
	set_type(t, n, f->type);
}

void infer_field(struct typer *t, struct node *n)
{
	const struct type *base;

	infer_allow_context(t, n->field.base);
	base = n->field.base->type;
	if (!base)
		return;
	if (type_is_record(base)) {
		infer_record_field(t, n, base);
		return;
	}
	n->as = n->field.base->as;
	while (is_pointer(base))
		base = base->to;
	type_complete(base);
	if (base->kind == TYPE_STRUCT && !base->is_incomplete) {
		struct_field(t, n, base);
		return;
	}
	say_no_struct(t, n, base);
	set_type(t, n, int64(t));
}
