#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "ast/node.h"
#include "ast/plan.h"
#include "ast/script.h"
#include "base/arena.h"
#include "base/diag.h"
#include "base/host.h"
#include "base/str.h"
#include "base/vec.h"
#include "builtins/agg.h"
#include "codegen/cg.h"

/* tseries(n, interval, N, how): what n was in each of the last N intervals. Time is TAI, which
 * never stands still or goes back, cut into epochs of one interval each; bucket e % N holds epoch e
 * until epoch e + N needs it. */

enum { INTERVAL, COUNT, HOW }; /* parameters of the type */
enum how { HOW_LAST, HOW_AVG, HOW_MAX, HOW_MIN, HOW_SUM };

/* LAST: newest value and its time. AVG: total and how many. Others: result and how many. */
struct slot {
	int64_t value;
	uint64_t meta; /* zero only while the slot is empty */
	uint64_t epoch;
};

enum {
	MAX_INTERVALS = 1000000,
	TAI_KERNEL = 0x060100, /* KERNEL_VERSION(6, 1, 0): ktime_get_tai_ns() */
	NS = 1000000000,
	MIN_WIDTH = 21,
	MAX_WIDTH = 32,
	GRAPH_WIDTH = 53, /* columns */
};

static uint32_t n_buckets(const struct type *t)
{
	return t->param[COUNT];
}

static __int128 number(const struct type *t, int64_t v)
{
	return t->is_signed ? (__int128)v : (__int128)(uint64_t)v;
}

/* -- kernel side -- */

static ref emit_now(struct cg *cg)
{
	ref now, offset;

	if (cg_script(cg)->host->kernel_version >= TAI_KERNEL)
		return cg_helper(cg, BPF_FUNC_ktime_get_tai_ns, 0);
	now = cg_helper(cg, BPF_FUNC_ktime_get_boot_ns, 0);
	offset = cg_load(cg, cg_globals(cg, offsetof(struct globals, tai_offset)), 0, 8, false);
	return cg_op(cg, OP_ADD, now, offset);
}

/* What the update gets: a slot that holds this one call. */
static struct value emit_bucket(struct cg *cg, const struct node *call, struct value *by)
{
	const int64_t *param = call->type->param;
	ref n = cg_expr(cg, builtin_arg(call, 0)).ref, now = emit_now(cg);
	ref epoch = cg_op(cg, OP_DIV, now, cg_const(cg, param[INTERVAL]));
	ref meta = param[HOW] == HOW_LAST ? now : cg_const(cg, 1);

	by->ref = cg_temp(cg, sizeof(struct slot), "sample");
	cg_store(cg, by->ref, offsetof(struct slot, value), 8, n);
	cg_store(cg, by->ref, offsetof(struct slot, meta), 8, meta);
	cg_store(cg, by->ref, offsetof(struct slot, epoch), 8, epoch);
	return cg_value(cg_op(cg, OP_MOD, epoch, cg_const(cg, param[COUNT])),
			type_int(cg_script_mut(cg)->types, 64, false));
}

/* Keeps n in a slot of the same epoch when it is better. */
static void emit_best(struct cg *cg, const struct type *t, ref slot, ref n)
{
	enum op op = t->param[HOW] == HOW_MAX ? OP_GT : OP_LT;
	ref old = cg_load(cg, slot, offsetof(struct slot, value), 8, false);
	struct cg_fork better = cg_if(cg, cg_compare(cg, op, t->is_signed, n, old));

	cg_store(cg, slot, offsetof(struct slot, value), 8, n);
	cg_end(cg, &better);
}

/* Adds to a slot of the same epoch. */
static void emit_add(struct cg *cg, const struct type *t, ref slot, ref sample)
{
	ref n = cg_load(cg, sample, offsetof(struct slot, value), 8, false);

	switch ((enum how)t->param[HOW]) {
	case HOW_LAST:
		cg_copy(cg, slot, sample, sizeof(struct slot));
		return;
	case HOW_AVG:
	case HOW_SUM:
		cg_atomic_add(cg, slot, offsetof(struct slot, value), n);
		break;
	case HOW_MAX:
	case HOW_MIN:
		emit_best(cg, t, slot, n);
		break;
	}
	cg_atomic_add(cg, slot, offsetof(struct slot, meta), cg_const(cg, 1));
}

/* A slot of an older epoch, or an empty one, becomes the sample. One of a newer epoch stays: a
 * program that was interrupted between looking at the clock and here is too late for it. A program
 * interrupted by another just as it begins an epoch on this CPU may cost one of the two samples. */
static void emit_update(struct cg *cg, const struct type *t, struct cg_slot *slot,
			struct value sample)
{
	ref epoch = cg_load(cg, sample.ref, offsetof(struct slot, epoch), 8, false);
	ref old = cg_load(cg, slot->addr, offsetof(struct slot, epoch), 8, false);
	ref meta = cg_load(cg, slot->addr, offsetof(struct slot, meta), 8, false);
	ref is_newer = cg_bool(cg, cg_compare(cg, OP_GT, false, epoch, old));
	ref is_empty = cg_bool(cg, cg_compare(cg, OP_EQ, false, meta, cg_const(cg, 0)));
	ref starts = cg_op(cg, OP_BIT_OR, is_newer, is_empty);
	struct cg_fork first = cg_if(cg, cg_compare(cg, OP_NE, false, starts, cg_const(cg, 0))),
		       same;

	cg_copy(cg, slot->addr, sample.ref, sizeof(struct slot));
	cg_else(cg, &first);
	same = cg_if(cg, cg_compare(cg, OP_EQ, false, epoch, old));
	emit_add(cg, t, slot->addr, sample.ref);
	cg_end(cg, &same);
	cg_end(cg, &first);
}

/* -- user side: merging -- */

static void merge_same_epoch(const struct type *t, struct slot *a, const struct slot *b)
{
	bool less = number(t, b->value) < number(t, a->value);

	switch ((enum how)t->param[HOW]) {
	case HOW_LAST:
		if (b->meta > a->meta)
			*a = *b;
		return;
	case HOW_AVG:
	case HOW_SUM:
		a->value = (uint64_t)a->value + (uint64_t)b->value;
		break;
	case HOW_MAX:
		a->value = less ? a->value : b->value;
		break;
	case HOW_MIN:
		a->value = less ? b->value : a->value;
		break;
	}
	a->meta += b->meta;
}

static void merge(const struct type *t, void *acc, const void *slot)
{
	struct slot a, b;

	memcpy(&a, acc, sizeof(a));
	memcpy(&b, slot, sizeof(b));
	if (!b.meta)
		return;
	if (!a.meta || b.epoch > a.epoch)
		a = b;
	else if (b.epoch == a.epoch)
		merge_same_epoch(t, &a, &b);
	memcpy(acc, &a, sizeof(a));
}

/* All series of a map end with the newest epoch of any: one more than that. */
static uint64_t newest_end(const struct type *t, const void *slots, uint64_t end)
{
	const struct slot *s = slots;

	for (uint32_t i = 0; i < n_buckets(t); i++)
		if (s[i].meta && s[i].epoch >= end)
			end = s[i].epoch + 1;
	return end;
}

/* -- user side: the graph -- */

/* What is shown of one key: epochs [first, end). */
struct graph {
	const struct type *t;
	const struct slot *slots;
	uint64_t first, end;
	bool has_data;
	__int128 low, high;
};

/* The finest unit of an interval: its name, digits of the second, nanoseconds. */
struct unit_of_time {
	const char *name;
	int digits;
	uint64_t ns;
};

static const struct unit_of_time *find_unit(const struct graph *g)
{
	static const struct unit_of_time units[] = {
		{"", 0, NS},
		{".ms", 3, 1000000},
		{".\u03bcs", 6, 1000},
		{".ns", 9, 1},
	};
	const struct unit_of_time *u = units;

	if (g->end - g->first == 1)
		return &units[ARRAY_SIZE(units) - 1];
	while ((uint64_t)g->t->param[INTERVAL] < u->ns)
		u++;
	return u;
}

/* The slot of an epoch; NULL when there is nothing in it. */
static const struct slot *slot_of(const struct graph *g, uint64_t epoch)
{
	const struct slot *s = &g->slots[epoch % n_buckets(g->t)];

	return s->meta && s->epoch == epoch ? s : NULL;
}

static __int128 value_of(const struct type *t, const struct slot *s)
{
	__int128 v = number(t, s->value);

	return t->param[HOW] == HOW_AVG ? v / s->meta : v;
}

static void widen(struct graph *g)
{
	__int128 lowest = g->t->is_signed ? INT64_MIN : 0;
	__int128 highest = g->t->is_signed ? (__int128)INT64_MAX : (__int128)UINT64_MAX;

	if (!g->has_data || g->low != g->high)
		return;
	g->low -= g->low > lowest;
	g->high += g->high < highest;
}

static void measure(struct graph *g, uint64_t end)
{
	uint64_t n = n_buckets(g->t);

	g->end = end;
	g->first = end - 1;
	for (uint64_t e = end > n ? end - n : 0; e < end; e++) {
		const struct slot *s = slot_of(g, e);
		__int128 v;

		if (!s)
			continue;
		v = value_of(g->t, s);
		if (!g->has_data)
			g->first = e;
		g->low = !g->has_data || v < g->low ? v : g->low;
		g->high = !g->has_data || v > g->high ? v : g->high;
		g->has_data = true;
	}
	widen(g);
}

/* The bounds at both ends of the graph, under W + 1 columns of time. */
static void put_bounds(const struct graph *g, unsigned time_width, struct strbuf *out)
{
	struct strbuf low = {0}, high = {0};

	if (g->has_data) {
		agg_put(g->t, (int64_t)g->low, 1, &low);
		agg_put(g->t, (int64_t)g->high, 1, &high);
	} else {
		strbuf_puts(&low, "null");
		strbuf_puts(&high, "null");
	}
	strbuf_pad(out, ' ', time_width);
	strbuf_printf(out, "%-*s%*s\n", MIN_WIDTH, low.data, MAX_WIDTH, high.data);
	strbuf_done(&low);
	strbuf_done(&high);
}

static void put_frame(char corner, struct strbuf *out)
{
	strbuf_putc(out, corner);
	strbuf_pad(out, '_', GRAPH_WIDTH - 2);
	strbuf_putc(out, corner);
	strbuf_putc(out, '\n');
}

/* Seconds that TAI is ahead of the time of day: a whole number, whatever lies between two looks. */
static int64_t tai_seconds(void)
{
	struct timespec tai, wall;

	clock_gettime(CLOCK_TAI, &tai);
	clock_gettime(CLOCK_REALTIME, &wall);
	return ((tai.tv_sec - wall.tv_sec) * NS + tai.tv_nsec - wall.tv_nsec + NS / 2) / NS;
}

static void put_time(const struct graph *g, const struct unit_of_time *u, uint64_t epoch,
		     struct strbuf *out)
{
	uint64_t ns = epoch * (uint64_t)g->t->param[INTERVAL];
	time_t seconds = (time_t)(ns / NS) - tai_seconds();
	struct tm tm = {0};

	localtime_r(&seconds, &tm);
	strbuf_printf(out, "%02d:%02d:%02d", tm.tm_hour, tm.tm_min, tm.tm_sec);
	if (u->digits)
		strbuf_printf(out, ".%0*" PRIu64, u->digits, ns % NS / u->ns);
	strbuf_putc(out, ' ');
}

static void put_point(const struct graph *g, const struct slot *s, struct strbuf *out)
{
	char line[GRAPH_WIDTH];
	__int128 range = g->high - g->low;

	memset(line, ' ', sizeof(line));
	line[0] = line[GRAPH_WIDTH - 1] = '|';
	if (g->low < 0 && g->high > 0)
		line[GRAPH_WIDTH * -g->low / range] = '.';
	if (s)
		line[(GRAPH_WIDTH - 1) * (value_of(g->t, s) - g->low) / range] = '*';
	strbuf_put(out, line, sizeof(line));
	strbuf_putc(out, ' ');
	if (s)
		agg_put(g->t, (int64_t)value_of(g->t, s), 1, out);
	else
		strbuf_putc(out, '-');
	strbuf_putc(out, '\n');
}

static void format_series(struct output *o, const struct type *t, const void *slots, uint64_t end,
			  int64_t div, struct strbuf *out)
{
	struct graph g = {.t = t, .slots = slots};
	const struct unit_of_time *u;
	char head[32];
	unsigned time_width;

	(void)o, (void)div;
	if (!newest_end(t, slots, 0)) {
		strbuf_puts(out, "<no data>\n");
		return;
	}
	measure(&g, end);
	u = find_unit(&g);
	time_width = 8 + (u->digits ? 1 + u->digits : 0) + 1;
	put_bounds(&g, time_width, out);
	/* padded by bytes: the Greek letter is two of them */
	snprintf(head, sizeof(head), "hh:mm:ss%s", u->name);
	strbuf_printf(out, "%-*s", (int)time_width, head);
	put_frame('|', out);
	for (uint64_t e = g.first; e < g.end; e++) {
		put_time(&g, u, e, out);
		put_point(&g, slot_of(&g, e), out);
	}
	strbuf_pad(out, ' ', time_width);
	put_frame('v', out);
	put_bounds(&g, time_width, out);
	strbuf_putc(out, '\n');
}

static const struct agg tseries = {
	.type_name = "tseries_t",
	.params_clash = "Different tseries bounds in a single map unsupported",
	.slot_size = sizeof(struct slot),
	.is_bucketed = true,
	.used_at = offsetof(struct slot, meta),
	.n_buckets = n_buckets,
	.emit_bucket = COMPILE_SIDE(emit_bucket),
	.emit_update = COMPILE_SIDE(emit_update),
	.merge = merge,
	.survey = newest_end,
	.format_buckets = format_series,
};

/* -- checking -- */

static int refuse(struct script *s, struct span at, const char *text)
{
	diag_error(s->diags, DIAG_ARG_VALUE, at, "tseries%s", text);
	return -1;
}

static int read_number(struct script *s, const struct node *call, unsigned n, const char *name,
		       int64_t *ret_param)
{
	uint64_t value = 0;
	bool negative = false;

	if (!agg_literal(call, n, &value, &negative) || negative)
		return refuse(s, builtin_arg(call, n)->span,
			      arena_printf(s->arena,
					   ": invalid %s value (must be non-negative literal)",
					   name));
	if (!value)
		return refuse(s, call->span,
			      arena_printf(s->arena, "() %s must be >= 1 (0 provided)", name));
	*ret_param = (int64_t)value;
	return 0;
}

static int read_how(struct script *s, const struct node *call, int64_t *ret_param)
{
	static const char *const names[] = {
		[HOW_AVG] = "avg", [HOW_MAX] = "max", [HOW_MIN] = "min", [HOW_SUM] = "sum"};
	const struct node *arg = builtin_arg(call, 3);

	*ret_param = HOW_LAST;
	if (!arg)
		return 0;
	for (size_t i = HOW_AVG; i < ARRAY_SIZE(names); i++)
		if (!strcmp(names[i], arg->string.text)) {
			*ret_param = i;
			return 0;
		}
	return refuse(
		s, arg->span,
		arena_printf(s->arena,
			     "() expects one of the following aggregation functions: avg, max, "
			     "min, sum (\"%s\" provided)",
			     arg->string.text));
}

static int check_tseries(struct script *s, struct unit *u, struct node *call)
{
	const struct type *arg = builtin_arg(call, 0)->type;
	int64_t param[TYPE_PARAMS] = {0};

	(void)u;
	if (script_use_unstable(s, "tseries", "unstable_tseries", s->settings.unstable_tseries,
				call->span))
		return -1;
	if (read_number(s, call, 1, "interval_ns", &param[INTERVAL]) ||
	    read_number(s, call, 2, "num_intervals", &param[COUNT]) ||
	    read_how(s, call, &param[HOW]))
		return -1;
	if ((uint64_t)param[COUNT] > MAX_INTERVALS)
		return refuse(s, call->span,
			      arena_printf(s->arena,
					   "() num_intervals must be < %d (%" PRIu64 " provided)",
					   MAX_INTERVALS, (uint64_t)param[COUNT]));
	if (arg)
		call->type = type_agg(s->types, &tseries, arg->is_signed, param);
	return 0;
}

const struct builtin builtins_tseries[] = {
	{.name = "tseries",
	 .sig = "own(int, int, int, lit_string?)",
	 .flags = BUILTIN_EFFECT,
	 .check = COMPILE_SIDE(check_tseries),
	 .agg = &tseries,
	 .doc = "A graph of a number over the last intervals: @ = tseries(value, interval, "
		"intervals). The last "
		"value of an interval counts, or with a fourth argument \"avg\", \"max\", \"min\" "
		"or \"sum\" "
		"what it says: @ = tseries(args.ret, 100ms, 20, \"max\")."},
	{0}};
