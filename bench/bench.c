/* bench: sonde beside another tracer, on the same work, taking turns. bench/run builds and starts it. */
#include <bpf/bpf.h>
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "compile.h"
#include "samples.h"
#include "tracer.h"
#include "work.h"

enum { PEER, SONDE, N_TOOLS };
static const double OTHERS_NS = 2e9;   /* for so long the programs of others are waited for */

/* How often and how much; the second is for --quick. */
struct amount { unsigned runs[2], turns[2], rate_turns[2], rate_seconds[2], calls[2]; };
static const struct amount amount = {
	.runs = { 41, 9 },                     /* whole processes */
	.turns = { 9, 3 },                     /* costs of a hit */
	.rate_turns = { 3, 1 },
	.rate_seconds = { 2, 1 },              /* that events are printed for in one try */
	.calls = { 300000, 100000 },           /* of one turn */
};

struct bench {
	struct tool tools[N_TOOLS];
	struct tool floor;                     /* a process that does nothing */
	int quick;                             /* index into struct amount */
};

/* -- rows of the table -- */

enum unit { NS, COST_NS, KB, A_SECOND };

struct row {
	const char *what;
	enum unit unit;
	double limit;                          /* for sonde, in that unit; 0: none */
	struct samples floor, tool[N_TOOLS];
	struct samples lost[N_TOOLS];          /* shares of events, when measured */
};

enum row_id {
	HELLO_TIME, HELLO_MEMORY, LIST,
	COST_COMM, COST_COUNT, COST_HIST, COST_FALSE, COST_PAIR, COST_PRINTF,
	RATE,
	ATTACH_PROBE, LEAVE_PROBE, GONE_PROBE, ATTACH_COUNT, LEAVE_COUNT, GONE_COUNT,
};

#define ENTER "tracepoint:raw_syscalls:sys_enter "
#define ALL "tracepoint:syscalls:sys_enter_* "

static struct row rows[] = {
	[HELLO_TIME] = { .what = "hello: whole process", .unit = NS, .limit = 8e6 },
	[HELLO_MEMORY] = { .what = "hello: peak memory", .unit = KB, .limit = 35 * 1024 },
	[LIST] = { .what = "`-l`, all probes", .unit = NS, .limit = 20e6 },
	[COST_COMM] = { .what = "a hit: `{ @[comm] = count(); }`", .unit = COST_NS, .limit = 200 },
	[COST_COUNT] = { .what = "a hit: `{ @ = count(); }`", .unit = COST_NS },
	[COST_HIST] = { .what = "a hit: `{ @ = hist(nsecs); }`", .unit = COST_NS },
	[COST_FALSE] = { .what = "a hit: predicate that is false", .unit = COST_NS },
	[COST_PAIR] = { .what = "a call: latency, enter to exit", .unit = COST_NS },
	[COST_PRINTF] = { .what = "a hit: `{ printf(\"%d %s\\n\", pid, comm); }`", .unit = COST_NS },
	[RATE] = { .what = "events printed a second, none lost", .unit = A_SECOND, .limit = 1e6 },
	[ATTACH_PROBE] = { .what = "start to attached: `@[probe]`", .unit = NS },
	[LEAVE_PROBE] = { .what = "leave: `@[probe]`", .unit = NS, .limit = 0.5e9 },
	[GONE_PROBE] = { .what = "... and all is detached", .unit = NS },
	[ATTACH_COUNT] = { .what = "start to attached: `@`", .unit = NS },
	[LEAVE_COUNT] = { .what = "leave: `@`", .unit = NS, .limit = 0.5e9 },
	[GONE_COUNT] = { .what = "... and all is detached", .unit = NS },
};

/* -- whole processes -- */

static void expect_text(const struct tool *t, const char *text, const char *want)
{
	if (!strstr(text, want))
		die("%s printed this, without \"%s\":\n%s", t->name, want, text);
}

static void measure_hello(const struct bench *b)
{
	static const char *const args[] = { "-e", "BEGIN { printf(\"hi\\n\"); exit(); }", NULL };

	for (unsigned i = 0; i < amount.runs[b->quick]; i++) {
		for (int t = -1; t < N_TOOLS; t++) {
			const struct tool *tool = t < 0 ? &b->floor : &b->tools[t];
			struct finished f;

			tool_run(tool, args, &f);
			if (t >= 0)
				expect_text(tool, f.out, "hi\n");
			samples_add(t < 0 ? &rows[HELLO_TIME].floor : &rows[HELLO_TIME].tool[t], f.wall_ns);
			samples_add(t < 0 ? &rows[HELLO_MEMORY].floor : &rows[HELLO_MEMORY].tool[t],
				    (double)f.rss_kb);
			finished_done(&f);
		}
	}
}

static void measure_list(const struct bench *b)
{
	static const char *const args[] = { "-l", NULL };

	for (unsigned i = 0; i < amount.runs[b->quick]; i++) {
		for (int t = 0; t < N_TOOLS; t++) {
			struct finished f;

			tool_run(&b->tools[t], args, &f);
			expect_text(&b->tools[t], f.out, "tracepoint:syscalls:sys_enter_getppid\n");
			samples_add(&rows[LIST].tool[t], f.wall_ns);
			finished_done(&f);
		}
	}
}

/* -- cost of a hit -- */

struct probe_cost {
	enum row_id row;
	const char *script;
	enum { COUNTS_CALLS, COUNTS_NOTHING, PRINTS } kind;
};

static const struct probe_cost costs[] = {
	{ COST_COMM, ENTER "{ @[comm] = count(); }", COUNTS_CALLS },
	{ COST_COUNT, ENTER "{ @ = count(); }", COUNTS_CALLS },
	{ COST_HIST, ENTER "{ @ = hist(nsecs); }", COUNTS_CALLS },
	{ COST_FALSE, ENTER "/pid == 4194305/ { @ = count(); }", COUNTS_NOTHING },
	{ COST_PAIR, ENTER "{ @start[tid] = nsecs; } tracepoint:raw_syscalls:sys_exit /@start[tid]/ "
		     "{ @ns = hist(nsecs - @start[tid]); delete(@start[tid]); } END { clear(@start); }", COUNTS_CALLS },
	{ COST_PRINTF, ENTER "{ printf(\"%d %s\\n\", pid, comm); }", PRINTS },
};

/* That the programs really ran; an empty map may be shown as 0 or not at all. */
static void check_results(const struct tool *tool, const struct probe_cost *c, const struct traced *t,
			  uint64_t calls)
{
	uint64_t total = c->kind == PRINTS ? 0 : map_total(t->out);

	if (c->kind == COUNTS_CALLS && total < calls)
		die("%s counted %llu of %llu calls:\n%s%s", tool->name, (unsigned long long)total,
		    (unsigned long long)calls, t->out, t->err);
	if (c->kind == COUNTS_NOTHING && total)
		die("%s counted calls that it should not see:\n%s", tool->name, t->out);
}

/* What `printf("%d %s\n", pid, comm)` prints here; returns the length. */
static size_t own_line(char *line, size_t size)
{
	return (size_t)snprintf(line, size, "%d bench\n", getpid());
}

static uint64_t count_own_lines(const char *text)
{
	char line[64];
	size_t len = own_line(line, sizeof(line)) - 1;
	uint64_t n = 0;

	while (*text) {
		const char *end = strchrnul(text, '\n');

		n += (size_t)(end - text) == len && !memcmp(text, line, len);
		text = *end ? end + 1 : end;
	}
	return n;
}

/* The bench makes some calls more than those of the loop, so that this is a little less than the truth. */
static double share_lost(const struct traced *t, uint64_t calls)
{
	uint64_t lines = count_own_lines(t->out);

	return lines < calls ? (double)(calls - lines) / (double)calls : 0;
}

static void measure_cost(const struct bench *b, const struct probe_cost *c, int t)
{
	uint64_t calls = amount.calls[b->quick];
	const struct tool *tool = &b->tools[t];
	double floor = work_cost(calls), cost;
	struct tracer *tr = tracer_start(tool, c->script);
	struct row *row = &rows[c->row];
	struct traced traced;

	cost = work_cost(calls);
	tracer_stop(tr, &traced);
	check_results(tool, c, &traced, calls);
	samples_add(&row->floor, floor);
	samples_add(&row->tool[t], cost - floor);
	if (c->kind == PRINTS)
		samples_add(&row->lost[t], share_lost(&traced, calls));
	traced_done(&traced);
}

static void measure_costs(const struct bench *b)
{
	work_pin();
	for (size_t i = 0; i < sizeof(costs) / sizeof(*costs); i++)
		for (unsigned k = 0; k < amount.turns[b->quick]; k++)
			for (int t = 0; t < N_TOOLS; t++)
				measure_cost(b, &costs[i], t);
	work_unpin();
}

/* -- events a second -- */

struct rate_try {
	double calls_per_s;            /* while there were calls */
	double lines_per_s;            /* from the first call to the last line written */
	double share_lost;
};

/* Lines and events said to be lost must make up the calls, else nobody knows what was lost. */
static uint64_t count_lost(const struct tool *tool, const struct traced *t, uint64_t calls)
{
	uint64_t lines = count_own_lines(t->out), lost = lost_events(t->err);

	if (lines + lost != calls)
		fprintf(stderr, "bench: %s: %llu lines and %llu said to be lost are not %llu\n", tool->name,
			(unsigned long long)lines, (unsigned long long)lost, (unsigned long long)calls);
	return calls - lines > lost ? calls - lines : lost;
}

static struct rate_try try_rate(const struct tool *tool, double seconds, double calls_per_s)
{
	char script[256], line[64];
	struct traced traced;
	struct tracer *tr;
	double start, called, written;
	uint64_t calls, lost;

	snprintf(script, sizeof(script), "tracepoint:syscalls:sys_enter_getppid /pid == %d/ "
		 "{ printf(\"%%d %%s\\n\", pid, comm); }", getpid());
	tr = tracer_start(tool, script);
	start = now_ns();
	calls = work_for(seconds, calls_per_s);
	called = now_ns();
	written = tracer_wait_written(tr, calls * own_line(line, sizeof(line)));
	tracer_stop(tr, &traced);
	lost = count_lost(tool, &traced, calls);
	traced_done(&traced);
	return (struct rate_try){
		.calls_per_s = (double)calls / (called - start) * 1e9,
		.lines_per_s = (double)(calls - lost) / (written - start) * 1e9,
		.share_lost = (double)lost / (double)calls,
	};
}

/* The highest rate without loss: at full speed, else between a slow rate and that, to 10 percent. */
static double search_rate(const struct bench *b, const struct tool *tool, double *ret_lost)
{
	unsigned seconds = amount.rate_seconds[b->quick];
	struct rate_try try = try_rate(tool, seconds, 0);
	double good = 0, low = 10e3, high = try.calls_per_s, rate = try.lines_per_s;

	*ret_lost = try.share_lost;
	if (!(try.share_lost > 0))
		return try.lines_per_s;
	while (high / low > 1.1) {
		try = try_rate(tool, seconds, rate);
		if (!(try.share_lost > 0) && try.lines_per_s > good)
			good = try.lines_per_s;
		*(try.share_lost > 0 ? &high : &low) = rate;
		rate = sqrt(low * high);
	}
	return good;
}

static void measure_rate(const struct bench *b)
{
	uint64_t calls = amount.calls[b->quick];

	work_pin();
	for (unsigned i = 0; i < amount.rate_turns[b->quick]; i++) {
		samples_add(&rows[RATE].floor, 1e9 / work_cost(calls));
		for (int t = 0; t < N_TOOLS; t++) {
			double lost;

			samples_add(&rows[RATE].tool[t], search_rate(b, &b->tools[t], &lost));
			samples_add(&rows[RATE].lost[t], lost);
		}
	}
	work_unpin();
}

/* -- leaving -- */

static void measure_leaving_of(const struct bench *b, int t, const char *script, enum row_id attach)
{
	enum { CALLS = 10000 };
	struct tracer *tr = tracer_start(&b->tools[t], script);
	struct traced traced;

	work_cost(CALLS);
	tracer_stop(tr, &traced);
	if (map_total(traced.out) < CALLS)
		die("%s counted %llu of %d calls:\n%s%s", b->tools[t].name,
		    (unsigned long long)map_total(traced.out), CALLS, traced.out, traced.err);
	samples_add(&rows[attach].tool[t], traced.attach_ns);
	samples_add(&rows[attach + 1].tool[t], traced.leave_ns);
	samples_add(&rows[attach + 2].tool[t], traced.gone_ns);
	traced_done(&traced);
}

/* Once each: the peer takes half a minute, and detaching in the background, too. */
static void measure_leaving(const struct bench *b)
{
	work_pin();
	for (int t = b->quick ? SONDE : PEER; t < N_TOOLS; t++) {
		measure_leaving_of(b, t, ALL "{ @[probe] = count(); }", ATTACH_PROBE);
		measure_leaving_of(b, t, ALL "{ @ = count(); }", ATTACH_COUNT);
	}
	work_unpin();
}

/* -- the table -- */

static void format_ns(char *text, size_t size, double ns)
{
	if (ns < 1e5 && ns > -1e5)
		snprintf(text, size, "%.0f ns", ns);
	else if (ns < 1e9)
		snprintf(text, size, "%.1f ms", ns / 1e6);
	else
		snprintf(text, size, "%.1f s", ns / 1e9);
}

static void format_value(char *text, size_t size, enum unit unit, double v)
{
	switch (unit) {
	case NS:
	case COST_NS:
		format_ns(text, size, v);
		break;
	case KB:
		snprintf(text, size, "%.1f MB", v / 1024);
		break;
	case A_SECOND:
		snprintf(text, size, "%.2f M/s", v / 1e6);
		break;
	}
}

/* "median (best)", and what was lost at full speed. */
static void print_cell(const struct row *row, const struct samples *s, const struct samples *lost,
		       bool is_cost)
{
	const char *plus = is_cost && row->unit == COST_NS ? "+" : "";
	char median[32], best[32];

	if (!s->n) {
		printf(" - |");
		return;
	}
	format_value(median, sizeof(median), row->unit, samples_median(s));
	format_value(best, sizeof(best), row->unit, row->unit == A_SECOND ? samples_max(s) : samples_min(s));
	printf(" %s%s", *median == '-' ? "" : plus, median);
	if (s->n > 1)
		printf(" (%s%s)", *best == '-' ? "" : plus, best);
	if (lost && lost->n && samples_median(lost) > 0)
		printf(", %.1f %% lost%s", samples_median(lost) * 100, row->unit == A_SECOND ? " at full speed" : "");
	printf(" |");
}

static void print_ratio(const struct row *row)
{
	double peer, sonde;

	if (!row->tool[PEER].n || !row->tool[SONDE].n) {
		printf(" - |");
		return;
	}
	peer = samples_median(&row->tool[PEER]);
	sonde = samples_median(&row->tool[SONDE]);
	printf(" %.*f |", row->unit == A_SECOND || peer < sonde * 10 ? 1 : 0,
	       row->unit == A_SECOND ? sonde / peer : peer / sonde);
}

static void print_target(const struct row *row)
{
	char limit[32];
	double v;

	if (!row->limit) {
		printf(" |\n");
		return;
	}
	v = samples_median(&row->tool[SONDE]);
	format_value(limit, sizeof(limit), row->unit, row->limit);
	printf(" %s %s%s: %s |\n", row->unit == A_SECOND ? "at least" : "at most",
	       row->unit == COST_NS ? "+" : "", limit,
	       (row->unit == A_SECOND ? v >= row->limit : v <= row->limit) ? "met" : "**missed**");
}

static void print_table(void)
{
	puts("| what | floor | peer | sonde | ratio | target |");
	puts("|---|---|---|---|---|---|");
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct row *row = &rows[i];

		if (!row->tool[SONDE].n)
			continue;
		printf("| %s |", row->what);
		print_cell(row, &row->floor, NULL, false);
		for (int t = 0; t < N_TOOLS; t++)
			print_cell(row, &row->tool[t], &row->lost[t], true);
		print_ratio(row);
		print_target(row);
	}
}

/* -- the parts -- */

static void measure_compile(const struct bench *b)
{
	compile_measure(&b->tools[PEER], &b->tools[SONDE], b->quick);
}

static const struct part {
	const char *name;
	void (*measure)(const struct bench *);
} parts[] = {
	{ "hello", measure_hello },
	{ "list", measure_list },
	{ "compile", measure_compile },
	{ "cost", measure_costs },
	{ "rate", measure_rate },
	{ "leave", measure_leaving },   /* last: what it detaches in the background takes long */
};

static bool is_wanted(const char *name, char **names)
{
	if (!*names)
		return true;
	while (*names && strcmp(*names, name))
		names++;
	return *names;
}

static void check_names(char **names)
{
	for (; *names; names++) {
		size_t i = 0, n = sizeof(parts) / sizeof(*parts);

		while (i < n && strcmp(parts[i].name, *names))
			i++;
		if (i == n)
			die("no part is called %s", *names);
	}
}

static bool is_tracing(uint32_t prog_id)
{
	struct bpf_prog_info info = { 0 };
	uint32_t len = sizeof(info);
	int fd = bpf_prog_get_fd_by_id(prog_id);
	bool is_info = fd >= 0 && !bpf_obj_get_info_by_fd(fd, &info, &len);

	close(fd);
	return is_info && (info.type == BPF_PROG_TYPE_KPROBE || info.type == BPF_PROG_TYPE_TRACEPOINT ||
			   info.type == BPF_PROG_TYPE_RAW_TRACEPOINT || info.type == BPF_PROG_TYPE_TRACING ||
			   info.type == BPF_PROG_TYPE_PERF_EVENT);
}

static unsigned count_tracing(void)
{
	unsigned n = 0;

	for (uint32_t id = 0; !bpf_prog_get_next_id(id, &id);)
		n += is_tracing(id);
	return n;
}

/* What others trace is in the floor, and costs are too low then. Of a tool that has just ended the kernel frees the
 * programs a little later. */
static void warn_of_others(void)
{
	double start = now_ns();
	unsigned n;

	while ((n = count_tracing()) && now_ns() - start < OTHERS_NS)
		nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
	if (n)
		fprintf(stderr, "bench: %u tracing programs of others are loaded: the figures are not good\n", n);
}

int main(int argc, char **argv)
{
	struct bench b = { .floor = { "floor", "/bin/true" } };
	char **names;

	if (argc < 3)
		die("usage: bench PEER SONDE [--quick] [PART ...]");
	b.tools[PEER] = (struct tool){ "peer", argv[1] };
	b.tools[SONDE] = (struct tool){ "sonde", argv[2] };
	b.quick = argc > 3 && !strcmp(argv[3], "--quick");
	names = argv + 3 + b.quick;
	check_names(names);
	if (prctl(PR_SET_CHILD_SUBREAPER, 1))
		die("cannot become the parent of what tools leave behind: %s", strerror(errno));
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		if (!is_wanted(parts[i].name, names))
			continue;
		warn_of_others();
		fprintf(stderr, "bench: %s\n", parts[i].name);
		parts[i].measure(&b);
	}
	print_table();
	compile_print();
	return 0;
}
