/* A point in time that is written out when it is shown. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "ast/script.h"
#include "base/diag.h"
#include "base/str.h"
#include "base/vec.h"
#include "builtins/builtin.h"
#include "codegen/cg.h"
#include "runtime/output.h"

/* format: number of the event whose text it is, plus one. */
struct timestamp {
	uint64_t ns;
	uint32_t format, clock;
};
enum { CLOCK_OF_BOOT, CLOCK_OF_TAI };

static int64_t clock_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * 1000000000ll + t.tv_nsec;
}

/* Nanoseconds since 1970 of a timestamp, by how far its clock is from the wall clock now. */
static int64_t wall_ns(const struct timestamp *ts)
{
	clockid_t clock = ts->clock == CLOCK_OF_TAI ? CLOCK_TAI : CLOCK_BOOTTIME;

	return ts->ns + (clock_ns(CLOCK_REALTIME) - clock_ns(clock));
}

/* Puts the fractions of the second in, which the C library does not know: %f, %k, %l. */
static void put_fractions(const char *format, size_t len, long ns, struct strbuf *out)
{
	for (size_t i = 0; i < len; i++) {
		char next = format[i] == '%' && i + 1 < len ? format[i + 1] : 0;

		if (next == 'f')
			strbuf_printf(out, "%06ld", ns / 1000);
		else if (next == 'k')
			strbuf_printf(out, "%09ld", ns);
		else if (next == 'l')
			strbuf_printf(out, "%03ld", ns / 1000000);
		else
			strbuf_put(out, format + i, next ? 2 : 1);
		i += next != 0;
	}
}

static void format_timestamp(struct output *o, const struct type *t, const void *bytes, struct strbuf *out)
{
	size_t limit = output_settings(o)->max_strlen, text_len, len = 0;
	struct strbuf format = { 0 };
	struct timestamp ts;
	const char *text;
	char *result;
	int64_t ns;
	time_t seconds;
	struct tm tm;

	(void)t;
	memcpy(&ts, bytes, sizeof(ts));
	text = ts.format ? output_event_text(o, ts.format - 1, &text_len) : NULL;
	if (!text) {
		strbuf_puts(out, "(?)");
		return;
	}
	ns = wall_ns(&ts);
	seconds = ns / 1000000000;
	put_fractions(text, text_len, ns % 1000000000, &format);
	result = xmalloc(limit);
	if (format.len && localtime_r(&seconds, &tm))
		len = strftime(result, limit, format.data, &tm);
	if (len)
		strbuf_put(out, result, len);
	else
		strbuf_puts(out, "(?)");
	free(result);
	strbuf_done(&format);
}

static const struct value_kind timestamp = {
	.name = "timestamp", .size = sizeof(struct timestamp), .align = 1, .format = format_timestamp,
};

/* The clock a value was read from is only known when it is read right here: nsecs(mode). */
static const char *clock_mode(const struct node *call)
{
	const struct node *ns = builtin_arg(call, 1), *mode;

	if (ns->kind != NODE_call || strcmp(ns->call.name, "nsecs"))
		return "boot";
	mode = builtin_arg(ns, 0);
	return mode && mode->kind == NODE_name ? mode->name.name : "boot";
}

static int check_strftime(struct script *s, struct unit *u, struct node *call)
{
	const struct node *ns = builtin_arg(call, 1);

	(void)u;
	call->type = type_special(s->types, &timestamp, NULL);
	if (!strcmp(clock_mode(call), "monotonic")) {
		diag_hint(s->diags, diag_error(s->diags, DIAG_ARG_VALUE, ns->span,
					       "strftime() can not take a monotonic timestamp"),
			  "that clock stands still while the machine sleeps; nsecs alone, or nsecs(tai)");
		return -1;
	}
	if (ns->kind == NODE_number && ns->number.negative) {
		diag_hint(s->diags, diag_error(s->diags, DIAG_ARG_VALUE, ns->span,
					       "strftime() does not accept negative timestamps"),
			  "it takes nanoseconds since the machine was booted, as nsecs gives them");
		return -1;
	}
	return 0;
}

static void emit_strftime(struct cg *cg, const struct node *call, ref dst)
{
	const struct node *format = builtin_arg(call, 0);
	struct event_desc *e = cg_event_new(cg, call->call.fn, call->span);
	bool is_tai = strstr(clock_mode(call), "tai");

	e->text = format->string.text;
	e->text_len = format->string.len;
	cg_store(cg, dst, offsetof(struct timestamp, ns), 8, cg_expr(cg, builtin_arg(call, 1)).ref);
	cg_store(cg, dst, offsetof(struct timestamp, format), 4, cg_const(cg, e->index + 1));
	cg_store(cg, dst, offsetof(struct timestamp, clock), 4, cg_const(cg, is_tai ? CLOCK_OF_TAI : CLOCK_OF_BOOT));
}

const struct builtin builtins_strftime[] = {
	{ .name = "strftime", .sig = "own(lit_string, int)", .flags = BUILTIN_COMPTIME, .kind = &timestamp,
	  .doc = "A point in time as local time: strftime(format, nsecs). Besides what the C library knows: %f "
		 "microseconds, %k nanoseconds, %l milliseconds of the second.",
	  .check = COMPILE_SIDE(check_strftime), .emit_into = COMPILE_SIDE(emit_strftime) },
	{ 0 }
};
