#include <string.h>

#include "ast/plan.h"
#include "base/str.h"
#include "builtins/builtin.h"
#include "runtime/output.h"
#include "runtime/output_priv.h"

int64_t value_read(const struct type *t, const void *bytes)
{
	bool is_signed = t->kind == TYPE_INT && t->is_signed;
	union { uint8_t u8; uint16_t u16; uint32_t u32; uint64_t u64; } v;

	memcpy(&v, bytes, t->size);
	if (t->kind == TYPE_BOOL)
		return v.u8 != 0;
	switch (t->size) {
	case 1:
		return is_signed ? (int64_t)(int8_t)v.u8 : v.u8;
	case 2:
		return is_signed ? (int64_t)(int16_t)v.u16 : v.u16;
	case 4:
		return is_signed ? (int64_t)(int32_t)v.u32 : v.u32;
	default:
		return v.u64;
	}
}

char *text_digits(char *end, uint64_t v)
{
	do {
		*--end = '0' + v % 10;
		v /= 10;
	} while (v);
	return end;
}

void text_put_decimal(struct strbuf *out, uint64_t v, bool is_signed)
{
	char digits[24], *end = digits + sizeof(digits), *start;
	bool negative = is_signed && (int64_t)v < 0;

	start = text_digits(end, negative ? -v : v);
	if (negative)
		*--start = '-';
	strbuf_put(out, start, end - start);
}

void text_put_escaped(struct strbuf *out, const unsigned char *bytes, size_t len, bool all)
{
	static const char hex[] = "0123456789abcdef";

	for (size_t i = 0; i < len; i++) {
		unsigned char c = bytes[i];
		char escaped[4] = { '\\', 'x', hex[c >> 4], hex[c & 15] };

		if (!all && c >= 32 && c <= 126)
			strbuf_putc(out, c);
		else
			strbuf_put(out, escaped, sizeof(escaped));
	}
}

/* The constant of an enum with that value. In fewer than 8 bytes a negative one has its low bits only. */
static const char *constant_name(const struct type *t, int64_t v)
{
	const char *name = enum_name(t->enumeration, (uint64_t)v);
	struct type as_signed = { .kind = TYPE_INT, .size = t->size, .is_signed = true };

	return name ? name : enum_name(t->enumeration, (uint64_t)value_read(&as_signed, &v));
}

static void format_int(const struct type *t, int64_t v, int64_t div, struct strbuf *out)
{
	const char *name = t->enumeration ? constant_name(t, v) : NULL;

	if (name) {
		strbuf_puts(out, name);
		return;
	}
	if (div && div != 1 && !t->enumeration)
		v = (t->is_signed ? (__int128)v : (__int128)(uint64_t)v) / div;
	text_put_decimal(out, v, t->is_signed);
}

/* size: bytes in memory. Only a text that fills its capacity was cut: a C array of n characters is a string
 * of n + 1. */
static void format_string(struct output *o, const struct type *t, const char *text, uint32_t size,
			  struct strbuf *out)
{
	size_t len = strnlen(text, size);

	strbuf_put(out, text, len);
	if (len == t->size)
		strbuf_puts(out, output_settings(o)->str_trunc_trailer);
}

static void format_buffer(const struct type *t, const unsigned char *bytes, struct strbuf *out)
{
	uint32_t len, capacity = t->size - sizeof(len);

	memcpy(&len, bytes, sizeof(len));
	text_put_escaped(out, bytes + sizeof(len), len < capacity ? len : capacity, false);
}

static void format_sized(struct output *o, const struct type *t, const void *bytes, uint32_t size, int64_t div,
			 struct strbuf *out);

static void format_array(struct output *o, const struct type *t, const char *bytes, uint32_t size,
			 int64_t div, struct strbuf *out)
{
	uint32_t each = t->n ? size / t->n : 0;

	strbuf_putc(out, '[');
	for (uint32_t i = 0; i < t->n; i++) {
		if (i)
			strbuf_putc(out, ',');
		format_sized(o, t->to, bytes + (size_t)i * each, each, div, out);
	}
	strbuf_putc(out, ']');
}

static void put_member_name(const char *name, bool is_first, struct strbuf *out)
{
	strbuf_puts(out, is_first ? "{ ." : ", .");
	strbuf_puts(out, name);
	strbuf_puts(out, " = ");
}

static void format_record(struct output *o, const struct type *t, const char *bytes, int64_t div,
			  struct strbuf *out)
{
	for (uint32_t i = 0; i < t->n; i++) {
		put_member_name(t->names[i], !i, out);
		output_format_div(o, t->elems[i], bytes + t->offsets[i], div, out);
	}
	strbuf_puts(out, " }");
}

static void format_tuple(struct output *o, const struct type *t, const char *bytes, int64_t div,
			 struct strbuf *out)
{
	strbuf_putc(out, '(');
	for (uint32_t i = 0; i < t->n; i++) {
		if (i)
			strbuf_puts(out, ", ");
		output_format_div(o, t->elems[i], bytes + t->offsets[i], div, out);
	}
	strbuf_putc(out, ')');
}

/* A bit-field, extended to 64 bits by the sign of its type. It may lie across 9 bytes. */
static int64_t read_bits(const struct field *f, const char *bytes)
{
	unsigned __int128 v = 0;

	memcpy(&v, bytes + f->offset, (f->bit_at + f->bits + 7u) / 8);
	v = v >> f->bit_at << (128 - f->bits);
	return f->type->is_signed ? (int64_t)((__int128)v >> (128 - f->bits)) : (int64_t)(v >> (128 - f->bits));
}

static void format_member(struct output *o, const struct field *f, const char *bytes, int64_t div,
			  struct strbuf *out)
{
	int64_t v;

	if (f->is_data_loc) {
		strbuf_puts(out, "null");
	} else if (f->bits) {
		v = read_bits(f, bytes);
		output_format_div(o, f->type, &v, div, out);
	} else {
		format_sized(o, f->type, bytes + f->offset, f->size ? f->size : f->type->size, div, out);
	}
}

static void format_struct(struct output *o, const struct type *t, const char *bytes, int64_t div,
			  struct strbuf *out)
{
	if (!t->n) {
		strbuf_puts(out, "{}");
		return;
	}
	for (uint32_t i = 0; i < t->n; i++) {
		put_member_name(t->fields[i].name, !i, out);
		format_member(o, &t->fields[i], bytes, div, out);
	}
	strbuf_puts(out, " }");
}

/* An integer, bool or pointer that may take fewer bytes in memory than its type. */
static int64_t read_sized(const struct type *t, const void *bytes, uint32_t size)
{
	struct type narrow = *t;

	if (size >= t->size)
		return value_read(t, bytes);
	narrow.size = size;
	return value_read(&narrow, bytes);
}

/* size: bytes in memory. A member of a struct may have fewer than its type. */
static void format_sized(struct output *o, const struct type *t, const void *bytes, uint32_t size, int64_t div,
			 struct strbuf *out)
{
	switch (t->kind) {
	case TYPE_INT:
		format_int(t, read_sized(t, bytes, size), div, out);
		break;
	case TYPE_BOOL:
		strbuf_puts(out, read_sized(t, bytes, size) ? "true" : "false");
		break;
	case TYPE_POINTER:
		strbuf_printf(out, "0x%llx", (unsigned long long)read_sized(t, bytes, size));
		break;
	case TYPE_STRING:
		format_string(o, t, bytes, size, out);
		break;
	case TYPE_BUFFER:
		format_buffer(t, bytes, out);
		break;
	case TYPE_ARRAY:
		format_array(o, t, bytes, size, div, out);
		break;
	case TYPE_TUPLE:
		(t->names ? format_record : format_tuple)(o, t, bytes, div, out);
		break;
	case TYPE_STRUCT:
		format_struct(o, t, bytes, div, out);
		break;
	case TYPE_SPECIAL:
		t->special->format(o, t, bytes, out);
		break;
	case TYPE_AGG:
		t->agg->format(o, t, bytes, div, out);
		break;
	case TYPE_NONE:
	case TYPE_VOID:
		strbuf_puts(out, "null");
		break;
	}
}

void output_format_div(struct output *o, const struct type *t, const void *bytes, int64_t div,
		       struct strbuf *out)
{
	format_sized(o, t, bytes, t->size, div, out);
}

void output_format(struct output *o, const struct type *t, const void *bytes, struct strbuf *out)
{
	output_format_div(o, t, bytes, 0, out);
}

static bool has_kind(const struct type *t, bool (*is)(const struct value_kind *))
{
	if (!t)
		return false;
	for (uint32_t i = 0; t->kind == TYPE_TUPLE && i < t->n; i++)
		if (has_kind(t->elems[i], is))
			return true;
	return t->kind == TYPE_SPECIAL && is(t->special);
}

static bool is_kind_of_process(const struct value_kind *vk)
{
	return vk->of_process;
}

static bool is_kind_of_kernel(const struct value_kind *vk)
{
	return vk->of_kernel;
}

static bool is_of_process(const struct type *t)
{
	return has_kind(t, is_kind_of_process);
}

void output_map_soon(struct output *o, const struct map_desc *m)
{
	if (has_kind(m->key, is_kind_of_kernel) || has_kind(m->value, is_kind_of_kernel))
		output_ksyms(o);
}

bool output_wants_processes(const struct plan *p)
{
	for (size_t i = 0; i < p->n_maps; i++)
		if (is_of_process(p->maps[i]->key) || is_of_process(p->maps[i]->value))
			return true;
	for (size_t i = 0; i < p->n_events; i++)
		if (is_of_process(p->events[i]->record))
			return true;
	return false;
}
