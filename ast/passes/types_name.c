#include <string.h>

#include "ast/ctype.h"
#include "ast/passes/types_priv.h"
#include "ast/script.h"
#include "base/arena.h"
#include "base/intern.h"
#include "base/nearest.h"
#include "builtins/builtin.h"
#include "probes/probe.h"

/* Types by name, casts, and what is asked of a type. */

static const char *const tags[] = {
	[TAG_NONE] = "", [TAG_STRUCT] = "struct ", [TAG_UNION] = "union ", [TAG_ENUM] = "enum ",
};

void hint_undefined(struct typer *t, struct diag *d, const char *tag)
{
	if (!d->hints)
		diag_hint(t->s->diags, d, "neither the script nor the kernel defines it: `sonde -l '%s*'` lists the kernel's",
			  tag);
}

/* The name of a number: a #define or a constant of an enum. */
static bool is_constant(struct typer *t, const struct node *n)
{
	struct node name = { .kind = NODE_name, .span = n->span, .name.name = n->type_name.name };
	const struct type *type;
	uint64_t value;

	return ctype_constant(t->s, name.name.name, &type, &value) || ctype_expand(t->s, &name);
}

static const struct type *say_no_type(struct typer *t, const struct node *n)
{
	struct diag *d;

	t->failed = true;
	if (n->type_name.tag == TAG_ENUM)
		d = diag_error(t->s->diags, DIAG_UNKNOWN_TYPE, n->span, "Unknown enum: %s",
			       n->type_name.name);
	else
		d = diag_error(t->s->diags, DIAG_UNKNOWN_TYPE, n->span,
			       "Cannot resolve unknown type \"%s%s\"", tags[n->type_name.tag],
			       n->type_name.name);
	if (is_constant(t, n) && ctype_hint_cast(t->s, d, n))
		return NULL;
	ctype_hint_unknown(t->s, d, n->type_name.name);
	if (!d->hints && n->type_name.tag == TAG_NONE)
		diag_hint(t->s->diags, d, "types are int8 to int64, uint8 to uint64, bool, string, and those of C: struct NAME");
	else
		hint_undefined(t, d, tags[n->type_name.tag]);
	return NULL;
}

static const struct type *add_suffix(struct typer *t, const struct node *n, const struct type *type,
				     int64_t suffix)
{
	if (suffix == SUFFIX_POINTER)
		return type_pointer_to(t->s->types, type);
	if (suffix == SUFFIX_UNSIZED)
		return type_array(t->s->types, type, 0);
	if ((uint64_t)suffix > INT32_MAX / (type->size ? type->size : 1)) {
		type_error(t, DIAG_UNKNOWN_TYPE, n->span, "this array is larger than memory");
		return NULL;
	}
	return type_array(t->s->types, type, (uint32_t)suffix);
}

/* Whether the first "[N]" behind the name is the size of the value, not of an array. */
static bool takes_size(const struct type *type)
{
	return type->kind == TYPE_STRING || (type->kind == TYPE_SPECIAL && type->special->is_sized_by_name);
}

static const struct type *with_size(struct typer *t, const struct node *n, const struct type *type,
				    int64_t size)
{
	if (size > INT32_MAX) {
		t->failed = true;
		diag_error(t->s->diags, DIAG_UNKNOWN_TYPE, n->span, "this %s is larger than memory",
			   type_base_name(type));
		return NULL;
	}
	if (type->kind == TYPE_STRING)
		return type_string(t->s->types, (uint32_t)size);
	return type_special(t->s->types, type->special, (int64_t[TYPE_PARAMS]){ size });
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
	if (n->type_name.n_suffixes && n->type_name.suffix[0] > 0 && takes_size(type)) {
		type = with_size(t, n, type, n->type_name.suffix[0]);
		first = 1;
	}
	for (unsigned i = first; i < n->type_name.n_suffixes && type; i++)
		type = add_suffix(t, n, type, n->type_name.suffix[i]);
	return type;
}

void infer_type_name(struct typer *t, struct node *n)
{
	if (!n->type)
		set_type(t, n, named_type(t, n));
}

/* -- what is asked of a type: nothing of the operand is evaluated -- */

static bool is_lone_name(const struct node *n)
{
	return n->kind == NODE_type_name && n->type_name.tag == TAG_NONE && !n->type_name.n_suffixes;
}

static void say_unknown_name(struct typer *t, const struct node *n)
{
	const char *name = n->type_name.name;
	struct diag *d = diag_error(t->s->diags, DIAG_UNKNOWN_NAME, n->span, "Unknown identifier: '%s'", name);

	t->failed = true;
	if (builtin_find(name))
		diag_hint(t->s->diags, d, "a word alone is the name of a type here; write (%s)", name);
	else
		ctype_hint_unknown(t->s, d, name);
}

/* The type an operand of sizeof, typeof ... stands for. A lone word may be a constant; a keyed map without
 * its key stands for the key. */
static const struct type *operand_type(struct typer *t, struct node *n)
{
	const struct type *type = NULL;
	uint64_t value;

	if (is_lone_name(n) && !n->type && !type_named(t->s->types, n->type_name.name) &&
	    !ctype_find(t->s, TAG_NONE, n->type_name.name)) {
		if (!ctype_constant(t->s, n->type_name.name, &type, &value) && t->final) {
			say_unknown_name(t, n);
			type = int64(t);
		}
		if (type)
			set_type(t, n, type);
		return type;
	}
	if (n->kind == NODE_map && !n->map.key && n->map.sym->is_keyed)
		return n->map.sym->key;
	infer_allow_context(t, n);
	return n->type;
}

void infer_type_of(struct typer *t, struct node *n)
{
	const struct type *of = operand_type(t, n->type_of.operand);

	if (of)
		set_type(t, n, type_decay(t->s->types, of));
	n->as = n->type_of.operand->as;
}

/* Becomes a number once the types it asks about are settled. */
static void become_size(struct typer *t, struct node *n, uint64_t value)
{
	struct node *next = n->next;
	struct span span = n->span;

	*n = (struct node){ .kind = NODE_number, .span = span, .next = next };
	n->number.value = value;
	infer_number(t, n);
	t->changed = true;
	t->has_new_sizes = true;
}

/* Whether the type of an operand stays as it is. */
static bool is_known(const struct typer *t, const struct node *operand)
{
	return t->final || t->settled || operand->kind == NODE_type_name;
}

/* The type of an operand once it can be worked with: it is known, and nothing is wrong with the operand, as only
 * the final round says so. */
static const struct type *settled_operand(struct typer *t, struct node *operand)
{
	bool failed = t->failed;
	const struct type *of;

	t->failed = false;
	of = operand_type(t, operand);
	if (!is_known(t, operand) || (t->failed && !t->final))
		of = NULL;
	t->failed |= failed;
	return of;
}

void infer_size_of(struct typer *t, struct node *n)
{
	const struct type *of = settled_operand(t, n->size_of.operand);

	if (of)
		become_size(t, n, of->size);
}

static struct node *text_node(struct typer *t, struct span span, const char *text)
{
	struct node *n = node_new(t->s->arena, NODE_string, span);

	n->string.text = text;
	n->string.len = (uint32_t)strlen(text);
	return n;
}

/* Becomes the record (btf_id = 0, base_type = "int", full_type = "int64"). */
void infer_type_info(struct typer *t, struct node *n)
{
	static const char *const members[] = { "btf_id", "base_type", "full_type" };
	const struct type *of = settled_operand(t, n->type_info.operand);
	struct node *next = n->next, *id;
	struct span span = n->span;
	const char **names;

	if (!of)
		return;
	names = ARENA_ARRAY(t->s->arena, const char *, ARRAY_SIZE(members));
	for (size_t i = 0; i < ARRAY_SIZE(members); i++)
		names[i] = intern_str(t->s->names, members[i]);
	id = node_new(t->s->arena, NODE_number, span);
	id->next = text_node(t, span, type_base_name(of));
	id->next->next = text_node(t, span, of->name);
	*n = (struct node){ .kind = NODE_tuple, .span = span, .next = next };
	n->tuple.elems = id;
	n->tuple.names = names;
	infer(t, n);
	t->changed = true;
	t->has_new_sizes = true;
}

static const struct field *say_no_member(struct typer *t, const struct node *n, const struct type *of,
					 const struct node *member)
{
	struct nearest near = { .want = member->name.name, .arena = t->s->arena };
	struct diag *d;

	t->failed = true;
	if (of->kind != TYPE_STRUCT) {
		d = diag_error(t->s->diags, DIAG_UNKNOWN_FIELD, n->span, "'%s' is not a C type.", of->name);
		diag_hint(t->s->diags, d, "members with a place are those of structs and unions: offsetof(struct NAME, %s)",
			  member->name.name);
		return NULL;
	}
	d = diag_error(t->s->diags, DIAG_UNKNOWN_FIELD, member->span, "'%s' has no field named '%s'", of->name,
		       member->name.name);
	for (uint32_t i = 0; i < of->n; i++)
		if (of->fields[i].name)
			nearest_offer(&near, of->fields[i].name);
	if (near.best)
		nearest_hint(&near, t->s->diags, d, "", "");
	else
		hint_members(t, d, of);
	return NULL;
}

static bool offset_of(struct typer *t, const struct node *n, const struct type *of, uint64_t *ret_offset)
{
	uint64_t offset = 0;

	for (const struct node *m = n->offset_of.members; m; m = m->next) {
		const struct field *f = type_field(of, m->name.name);

		if (!f)
			return say_no_member(t, n, of, m) != NULL;
		offset += f->offset;
		of = f->type;
	}
	*ret_offset = offset;
	return true;
}

void infer_offset_of(struct typer *t, struct node *n)
{
	const struct type *of = settled_operand(t, n->offset_of.operand);
	uint64_t offset = 0;

	if (!of)
		return;
	if (offset_of(t, n, of, &offset) || t->final) /* what is wrong is said in the final round */
		become_size(t, n, offset);
}

/* -- casts -- */

static bool is_number_array(const struct type *t)
{
	return t->kind == TYPE_ARRAY && (t->to->kind == TYPE_INT || t->to->kind == TYPE_BOOL);
}

/* Whether the bytes of a value make an array; to->n is known. */
static bool can_cast_to_array(const struct type *from, const struct type *to)
{
	if (!is_number_array(to))
		return false;
	if (from->kind == TYPE_INT)
		return from->size == to->size || (from->size < to->size && to->size <= 8);
	return (from->kind == TYPE_STRING || from->kind == TYPE_BOOL) && from->size == to->size;
}

static bool can_cast(const struct type *from, const struct type *to)
{
	bool number = from->kind == TYPE_INT || from->kind == TYPE_BOOL || from->kind == TYPE_POINTER;

	if (from == to && (to->kind == TYPE_ARRAY || to->kind == TYPE_TUPLE || to->kind == TYPE_STRUCT))
		return true; /* with a warning */
	switch (to->kind) {
	case TYPE_INT:
		return number || (is_number_array(from) && from->size == to->size);
	case TYPE_POINTER:
		return number;
	case TYPE_BOOL:
		return number || from->kind == TYPE_STRING;
	case TYPE_STRING:
		return from->kind == TYPE_STRING && to->size && from->size <= to->size;
	case TYPE_ARRAY:
		return can_cast_to_array(from, to);
	case TYPE_SPECIAL:
		return from->kind == TYPE_INT && to->special->is_castable;
	default:
		return false;
	}
}

static bool is_unsized_array(const struct type *t)
{
	return t->kind == TYPE_ARRAY && !t->n;
}

/* "T[]" takes its length from what is cast. */
static const struct type *size_array(struct typer *t, const struct node *n, const struct type *from,
				     const struct type *to)
{
	if (!from->size || !to->to->size) {
		diag_hint(t->s->diags, type_error(t, DIAG_CAST, n->span, "Could not determine size of the array"),
			  "both what is cast and its elements have a size: (uint8[])(uint32)...");
		return NULL;
	}
	if (from->size % to->to->size) {
		diag_hint(t->s->diags, type_error(t, DIAG_CAST, n->span,
						  "Cannot determine array size: the element size is incompatible with "
						  "the cast integer size"),
			  "%u bytes do not divide into elements of %u", from->size, to->to->size);
		return NULL;
	}
	return type_array(t->s->types, to->to, from->size / to->to->size);
}

/* What comes near a cast that there is not. */
static void hint_cast(struct typer *t, struct diag *d, const struct type *from, const struct type *to)
{
	bool is_number = from->kind == TYPE_INT || from->kind == TYPE_POINTER;

	if (to->kind == TYPE_VOID)
		diag_hint(t->s->diags, d, "void has no values: leave out the cast");
	else if (to->kind == TYPE_STRUCT)
		diag_hint(t->s->diags, d, "a struct is read at an address: *(%s *)(...)", to->name);
	else if (to->kind == TYPE_STRING && from->kind == TYPE_STRING && !to->size)
		diag_hint(t->s->diags, d, "leave out the cast: it is a string");
	else if (to->kind == TYPE_STRING && from->kind == TYPE_STRING)
		diag_hint(t->s->diags, d, "str(text, %u) keeps so much of it", to->size - 1);
	else if (to->kind == TYPE_STRING && is_number)
		diag_hint(t->s->diags, d, "str(address) reads a text; %%s in printf() shows a number as one");
	else if (to->kind == TYPE_ARRAY && from->kind == TYPE_POINTER)
		diag_hint(t->s->diags, d, "as a number first: (%s)(uint64)(...)", to->name);
	else if (to->kind == TYPE_INT && is_number_array(from))
		diag_hint(t->s->diags, d, "it is %u bytes: a cast to a number of so many, or one of its elements: (...)[0]",
			  from->size);
	else if (to->kind == TYPE_ARRAY && (is_number || from->kind == TYPE_STRING))
		diag_hint(t->s->diags, d, "%s is %u bytes, and %s %u: a cast to an array keeps the bytes as they are",
			  from->name, from->size, to->name, to->size);
	else if (to->kind == TYPE_INT || to->kind == TYPE_POINTER || to->kind == TYPE_BOOL)
		builtin_hint_number(t->s, d, from);
}

static void say_no_cast(struct typer *t, const struct node *n, const struct type *from, const struct type *to)
{
	struct diag *d;

	t->failed = true;
	if (from->kind == TYPE_STRUCT) {
		d = diag_error(t->s->diags, DIAG_CAST, n->span, "Cannot cast from C type \"%s\"", from->name);
		diag_hint(t->s->diags, d, "one of its members: (...).NAME");
	} else if (from->kind == TYPE_NONE) {
		d = diag_error(t->s->diags, DIAG_CAST, n->span, "Cannot cast from \"none\" type");
		diag_hint(t->s->diags, d, "what stands here has no value");
	} else {
		d = diag_error(t->s->diags, DIAG_CAST, n->span, "Cannot cast from \"%s\" to \"%s\"", from->name,
			       to->name);
		hint_cast(t, d, from, to);
	}
}

static void check_variant(struct typer *t, const struct node *n, const struct type *to)
{
	const struct node *value = n->cast.operand;
	struct diag *d;

	if (value->kind != NODE_number || !to->enumeration || enum_name(to->enumeration, value->number.value))
		return;
	t->failed = true;
	d = diag_error(t->s->diags, DIAG_CAST, n->span, "Enum: %s doesn't contain a variant value of %lld",
		       n->cast.to->kind == NODE_type_name ? n->cast.to->type_name.name : to->name,
		       (long long)value->number.value);
	diag_hint(t->s->diags, d, "a number that none of its constants has: (uint%u)%lld", 8 * to->size,
		  (long long)value->number.value);
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
	if (is_unsized_array(to))
		to = size_array(t, n, from, to);
	set_type(t, n, to && to->kind != TYPE_VOID ? to : int64(t)); /* void is refused, here alone */
	if (!to)
		return;
	check_variant(t, n, to);
	if (!can_cast(from, to))
		say_no_cast(t, n, from, to);
	else if (n->cast.operand->type == to && n->cast.operand->kind != NODE_number)
		diag_warning(t->s->diags, DIAG_CAST, n->span,
			     "Unnecessary cast: expression is already of type %s", to->name);
}
