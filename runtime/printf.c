#include <stdlib.h>
#include <string.h>

#include "ast/type.h"
#include "base/str.h"
#include "base/vec.h"
#include "runtime/output.h"
#include "runtime/output_priv.h"

/* Wider than this no field becomes, whatever the format says. */
enum { MAX_WIDTH = 1 << 16 };

/* -- reading a format -- */

static bool take(const char *format, size_t len, size_t *at, char c)
{
	if (*at >= len || format[*at] != c)
		return false;
	(*at)++;
	return true;
}

static unsigned take_number(const char *format, size_t len, size_t *at)
{
	unsigned n = 0;

	for (; *at < len && format[*at] >= '0' && format[*at] <= '9'; (*at)++)
		n = n * 10 + (format[*at] - '0') < MAX_WIDTH ? n * 10 + (format[*at] - '0') : MAX_WIDTH;
	return n;
}

/* Length modifiers, any number of them; the last one that means something counts. */
static char take_size(const char *format, size_t len, size_t *at)
{
	char size = 0;

	for (; *at < len; (*at)++) {
		switch (format[*at]) {
		case 'h':
			size = size == 'h' ? 'H' : 'h';
			break;
		case 'l':
		case 'j':
		case 'z':
		case 't':
			size = 'l';
			break;
		case 'L':
			break;
		default:
			return size;
		}
	}
	return size;
}

/* The letter of the conversion: "rx", "rh" and "gr" are taken before "r" and "g". */
static bool take_letter(const char *format, size_t len, size_t *at, struct conversion *c)
{
	static const struct { const char *text; char conv; } doubles[] = {
		{ "rx", 'R' }, { "rh", 'H' }, { "gr", 'G' },
	};

	for (size_t i = 0; i < ARRAY_SIZE(doubles); i++) {
		if (len - *at < 2 || memcmp(format + *at, doubles[i].text, 2))
			continue;
		c->conv = doubles[i].conv;
		memcpy(c->text, doubles[i].text, 3);
		*at += 2;
		return true;
	}
	if (*at >= len || !format[*at] || !strchr("diouxXcspreEfFgGaAn%", format[*at]))
		return false;
	c->conv = c->text[0] = format[(*at)++];
	c->text[1] = 0;
	return true;
}

/* Reads the conversion that begins with the '%' at `start`; conv '%' for a percent sign. False when this is
 * no conversion but text. */
static bool read_conversion(const char *format, size_t len, size_t start, struct conversion *c)
{
	size_t at = start + 1;

	c->minus = take(format, len, &at, '-');
	c->plus = take(format, len, &at, '+');
	take(format, len, &at, ' ');
	c->sharp = take(format, len, &at, '#');
	c->zero = take(format, len, &at, '0');
	c->width = take(format, len, &at, '*') ? 0 : take_number(format, len, &at);
	if (take(format, len, &at, '.') && !take(format, len, &at, '*'))
		take_number(format, len, &at);
	c->size = take_size(format, len, &at);
	if (!take_letter(format, len, &at, c))
		return false;
	c->start = start;
	c->end = at;
	return true;
}

/* The next conversion at or behind `at`, percent signs included. */
static bool find_conversion(const char *format, size_t len, size_t at, struct conversion *c)
{
	const char *percent;

	while (at < len && (percent = memchr(format + at, '%', len - at))) {
		if (read_conversion(format, len, percent - format, c))
			return true;
		at = percent - format + 1;
	}
	return false;
}

int format_next(const char *format, size_t len, size_t *at, struct conversion *ret_conv)
{
	struct conversion c;

	while (find_conversion(format, len, *at, &c)) {
		*at = c.end;
		if (c.conv == '%')
			continue;
		*ret_conv = c;
		return 1;
	}
	return 0;
}

/* -- writing values -- */

/* Pads what was appended to out since `from`: in front, or behind with '-'. */
static void pad_text(const struct conversion *c, struct strbuf *out, size_t from)
{
	size_t len = out->len - from, fill;

	if (len >= c->width)
		return;
	fill = c->width - len;
	strbuf_pad(out, c->zero ? '0' : ' ', fill);
	if (c->minus || !len)
		return;
	memmove(out->data + from + fill, out->data + from, len);
	memset(out->data + from, c->zero ? '0' : ' ', fill);
}

static void put_signed(const struct conversion *c, int64_t v, struct strbuf *out)
{
	switch (c->size) {
	case 'H':
		v = (int8_t)v;
		break;
	case 'h':
		v = (int16_t)v;
		break;
	case 0:
		v = (int32_t)v;
		break;
	}
	if (c->plus && v >= 0)
		strbuf_putc(out, '+');
	text_put_decimal(out, v, true);
}

static void put_unsigned(const struct conversion *c, uint64_t v, struct strbuf *out)
{
	static const char lower[] = "0123456789abcdef", upper[] = "0123456789ABCDEF";
	const char *letters = c->conv == 'X' ? upper : lower;
	unsigned shift = c->conv == 'o' ? 3 : 4;
	char digits[32], *end = digits + sizeof(digits), *p = end;

	if (c->size != 'l')
		v &= c->size == 'H' ? UINT8_MAX : c->size == 'h' ? UINT16_MAX : UINT32_MAX;
	if (c->conv == 'u') {
		text_put_decimal(out, v, false);
		return;
	}
	if (c->sharp && v)
		strbuf_puts(out, c->conv == 'o' ? "0" : c->conv == 'X' ? "0X" : "0x");
	do {
		*--p = letters[v & ((1u << shift) - 1)];
		v >>= shift;
	} while (v);
	strbuf_put(out, p, end - p);
}

static void put_pointer(uint64_t v, struct strbuf *out)
{
	if (v)
		strbuf_printf(out, "0x%llx", (unsigned long long)v);
	else
		strbuf_putc(out, '0');
}

/* Width and flags of a composite value go to its first piece: the bracket. */
static size_t first_piece(const struct type *t, const struct strbuf *out, size_t from)
{
	switch (t->kind) {
	case TYPE_TUPLE:
		return t->names ? strlen("{ ") : 1;
	case TYPE_ARRAY:
		return 1;
	case TYPE_STRUCT:
		return out->len - from == 2 ? 2 : strlen("{ ");
	default:
		return out->len - from;
	}
}

static void put_any(struct output *o, const struct conversion *c, const struct type *t, const void *bytes,
		    struct strbuf *out)
{
	struct strbuf rest = { 0 };
	size_t from = out->len, piece;

	if (t->kind == TYPE_INT && !t->enumeration && c->plus && (!t->is_signed || value_read(t, bytes) >= 0))
		strbuf_putc(out, '+');
	output_format(o, t, bytes, out);
	piece = first_piece(t, out, from);
	if (c->width <= piece)
		return;
	if (piece < out->len - from)
		strbuf_put(&rest, out->data + from + piece, out->len - from - piece);
	out->len = from + piece;
	pad_text(c, out, from);
	if (rest.len)
		strbuf_put(out, rest.data, rest.len);
	strbuf_done(&rest);
}

static void put_buffer(const struct conversion *c, const struct type *t, const unsigned char *bytes,
		       struct strbuf *out)
{
	uint32_t len, capacity = t->size - sizeof(len);

	memcpy(&len, bytes, sizeof(len));
	bytes += sizeof(len);
	len = len < capacity ? len : capacity;
	if (c->conv != 'H') {
		text_put_escaped(out, bytes, len, c->conv == 'R');
		return;
	}
	for (uint32_t i = 0; i < len; i++)
		strbuf_printf(out, i ? " %02x" : "%02x", bytes[i]);
}

/* -- %gr -- */

enum {
	G_DMA = 1 << 0, G_HIGHMEM = 1 << 1, G_DMA32 = 1 << 2, G_MOVABLE = 1 << 3, G_HIGH = 1 << 5, G_IO = 1 << 6,
	G_FS = 1 << 7, G_ZERO = 1 << 8, G_DIRECT = 1 << 10, G_KSWAPD = 1 << 11, G_WRITE = 1 << 12,
	G_NOWARN = 1 << 13, G_RETRY_MAYFAIL = 1 << 14, G_NOFAIL = 1 << 15, G_NORETRY = 1 << 16,
	G_MEMALLOC = 1 << 17, G_COMP = 1 << 18, G_NOMEMALLOC = 1 << 19, G_HARDWALL = 1 << 20,
	G_THISNODE = 1 << 21, G_ACCOUNT = 1 << 22, G_ZEROTAGS = 1 << 23, G_SKIP_ZERO = 1 << 24,
	G_SKIP_KASAN = 1 << 25, G_NO_OBJ_EXT = 1 << 26,
	G_RECLAIM = G_DIRECT | G_KSWAPD,
	G_KERNEL = G_RECLAIM | G_IO | G_FS,
	G_USER = G_KERNEL | G_HARDWALL,
	G_HIGHUSER = G_USER | G_HIGHMEM,
	G_HIGHUSER_MOVABLE = G_HIGHUSER | G_MOVABLE | G_SKIP_KASAN,
	G_TRANSHUGE_LIGHT = (G_HIGHUSER_MOVABLE | G_COMP | G_NOMEMALLOC | G_NOWARN) & ~G_RECLAIM,
};

/* In the order in which they are looked for. */
static const struct {
	uint32_t mask;
	const char *name;
} gfp_flags[] = {
	{ G_TRANSHUGE_LIGHT | G_DIRECT, "GFP_TRANSHUGE" },
	{ G_TRANSHUGE_LIGHT, "GFP_TRANSHUGE_LIGHT" },
	{ G_HIGHUSER_MOVABLE, "GFP_HIGHUSER_MOVABLE" },
	{ G_HIGHUSER, "GFP_HIGHUSER" },
	{ G_USER, "GFP_USER" },
	{ G_KERNEL | G_ACCOUNT, "GFP_KERNEL_ACCOUNT" },
	{ G_KERNEL, "GFP_KERNEL" },
	{ G_RECLAIM | G_IO, "GFP_NOFS" },
	{ G_HIGH | G_KSWAPD, "GFP_ATOMIC" },
	{ G_RECLAIM, "GFP_NOIO" },
	{ G_KSWAPD | G_NOWARN, "GFP_NOWAIT" },
	{ G_DMA, "GFP_DMA" },
	{ G_HIGHMEM, "__GFP_HIGHMEM" },
	{ G_DMA32, "GFP_DMA32" },
	{ G_HIGH, "__GFP_HIGH" },
	{ G_IO, "__GFP_IO" },
	{ G_FS, "__GFP_FS" },
	{ G_ZERO, "__GFP_ZERO" },
	{ G_DIRECT, "__GFP_DIRECT_RECLAIM" },
	{ G_KSWAPD, "__GFP_KSWAPD_RECLAIM" },
	{ G_WRITE, "__GFP_WRITE" },
	{ G_NOWARN, "__GFP_NOWARN" },
	{ G_RETRY_MAYFAIL, "__GFP_RETRY_MAYFAIL" },
	{ G_NOFAIL, "__GFP_NOFAIL" },
	{ G_NORETRY, "__GFP_NORETRY" },
	{ G_MEMALLOC, "__GFP_MEMALLOC" },
	{ G_COMP, "__GFP_COMP" },
	{ G_NOMEMALLOC, "__GFP_NOMEMALLOC" },
	{ G_HARDWALL, "__GFP_HARDWALL" },
	{ G_THISNODE, "__GFP_THISNODE" },
	{ G_ACCOUNT, "__GFP_ACCOUNT" },
	{ G_ZEROTAGS, "__GFP_ZEROTAGS" },
	{ G_SKIP_ZERO, "__GFP_SKIP_ZERO" },
	{ G_SKIP_KASAN, "__GFP_SKIP_KASAN" },
	{ G_NO_OBJ_EXT, "__GFP_NO_OBJ_EXT" },
};

static void put_gfp(const struct type *t, uint64_t v, struct strbuf *out)
{
	const char *between = "";

	if (t->kind == TYPE_BOOL) {
		strbuf_printf(out, "!{invalid GFP flags conversion: %s}", v ? "true" : "false");
		return;
	}
	if (!v)
		strbuf_putc(out, '0');
	for (size_t i = 0; i < ARRAY_SIZE(gfp_flags); i++) {
		if ((v & gfp_flags[i].mask) != gfp_flags[i].mask)
			continue;
		strbuf_puts(out, between);
		strbuf_puts(out, gfp_flags[i].name);
		v &= ~(uint64_t)gfp_flags[i].mask;
		between = "|";
	}
	if (v)
		strbuf_printf(out, "%s0x%llx", between, (unsigned long long)v);
}

/* -- a whole text -- */

/* A conversion with what it converts: member of the record at `offset`. */
struct step {
	const char *text;              /* in front of it */
	size_t text_len;
	struct conversion c;
	const struct type *type;       /* NULL: there is no value left */
	uint32_t offset;
	void (*put)(struct output *o, const struct step *s, const void *bytes, struct strbuf *out);
};

struct format {
	VEC(struct step) steps;
	const char *rest;              /* behind the last one */
	size_t rest_len;
};

static void put_percent(struct output *o, const struct step *s, const void *bytes, struct strbuf *out)
{
	(void)o;
	(void)s;
	(void)bytes;
	strbuf_putc(out, '%');
}

static void put_nothing(struct output *o, const struct step *s, const void *bytes, struct strbuf *out)
{
	(void)o;
	(void)bytes;
	strbuf_printf(out, "!{no value for %%%s}", s->c.text);
}

static void put_mismatch(struct output *o, const struct step *s, const void *bytes, struct strbuf *out)
{
	(void)o;
	(void)bytes;
	strbuf_printf(out, "!{%%%s of %s}", s->c.text, s->type->name);
}

static void put_value(struct output *o, const struct step *s, const void *bytes, struct strbuf *out)
{
	put_any(o, &s->c, s->type, bytes, out);
}

static void put_bytes(struct output *o, const struct step *s, const void *bytes, struct strbuf *out)
{
	size_t from = out->len;

	(void)o;
	put_buffer(&s->c, s->type, bytes, out);
	pad_text(&s->c, out, from);
}

static void put_number(struct output *o, const struct step *s, const void *bytes, struct strbuf *out)
{
	const struct conversion *c = &s->c;
	int64_t v = value_read(s->type, bytes);
	size_t from = out->len;

	(void)o;
	switch (c->conv) {
	case 'd':
	case 'i':
		put_signed(c, v, out);
		break;
	case 'c':
		strbuf_putc(out, (char)v);
		break;
	case 'p':
		put_pointer(v, out);
		break;
	case 'G':
		put_gfp(s->type, v, out);
		break;
	default:
		put_unsigned(c, v, out);
	}
	pad_text(c, out, from);
}

/* Who puts a value of that type. */
static void choose_put(struct step *s)
{
	bool of_buffer = strchr("rRH", s->c.conv) != NULL;

	if (s->c.conv == '%')
		s->put = put_percent;
	else if (!s->type)
		s->put = put_nothing;
	else if (s->c.conv == 's')
		s->put = put_value;
	else if (of_buffer && s->type->kind == TYPE_BUFFER)
		s->put = put_bytes;
	else if (!of_buffer && type_is_scalar(s->type))
		s->put = put_number;
	else
		s->put = put_mismatch;
}

struct format *format_new(const char *text, size_t len, const struct type *record)
{
	struct format *f = xcalloc(1, sizeof(*f));
	struct step s = { 0 };
	uint32_t arg = 0;
	size_t at = 0;

	for (; find_conversion(text, len, at, &s.c); at = s.c.end) {
		s.text = text + at;
		s.text_len = s.c.start - at;
		s.type = NULL;
		if (s.c.conv != '%' && record && arg < record->n) {
			s.type = record->elems[arg];
			s.offset = record->offsets[arg++];
		}
		choose_put(&s);
		vec_push(&f->steps, s);
	}
	f->rest = text + at;
	f->rest_len = len - at;
	return f;
}

void format_free(struct format *f)
{
	if (!f)
		return;
	vec_done(&f->steps);
	free(f);
}

void format_put(struct output *o, const struct format *f, const void *args, struct strbuf *out)
{
	for (size_t i = 0; i < f->steps.n; i++) {
		const struct step *s = &f->steps.v[i];

		strbuf_put(out, s->text, s->text_len);
		s->put(o, s, (const char *)args + s->offset, out);
	}
	strbuf_put(out, f->rest, f->rest_len);
}
