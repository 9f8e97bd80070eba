#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <string.h>

#include "ast/script.h"
#include "base/arena.h"
#include "base/diag.h"
#include "base/str.h"
#include "probes/probe_priv.h"
#include "runtime/run.h"

/* software: events that the kernel counts itself. */

static const struct {
	const char *name, *alias;
	int config;
	uint64_t count;
} events[] = {
	{ "alignment-faults", NULL, PERF_COUNT_SW_ALIGNMENT_FAULTS, 1 },
	{ "bpf-output", NULL, PERF_COUNT_SW_BPF_OUTPUT, 1 },
	{ "context-switches", "cs", PERF_COUNT_SW_CONTEXT_SWITCHES, 1000 },
	{ "cpu-clock", "cpu", PERF_COUNT_SW_CPU_CLOCK, 1000000 },
	{ "cpu-migrations", NULL, PERF_COUNT_SW_CPU_MIGRATIONS, 1 },
	{ "dummy", NULL, PERF_COUNT_SW_DUMMY, 1 },
	{ "emulation-faults", NULL, PERF_COUNT_SW_EMULATION_FAULTS, 1 },
	{ "major-faults", NULL, PERF_COUNT_SW_PAGE_FAULTS_MAJ, 1 },
	{ "minor-faults", NULL, PERF_COUNT_SW_PAGE_FAULTS_MIN, 100 },
	{ "page-faults", "faults", PERF_COUNT_SW_PAGE_FAULTS, 100 },
	{ "task-clock", NULL, PERF_COUNT_SW_TASK_CLOCK, 1 },
};

static int event_row(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(events); i++)
		if (!strcmp(events[i].name, name) ||
		    (events[i].alias && !strcmp(events[i].alias, name)))
			return (int)i;
	return -1;
}

static int refuse_event(struct script *s, const struct probe *p, const char *name)
{
	struct nearest near = { .want = name, .arena = s->arena };
	struct diag *d;

	for (size_t i = 0; i < ARRAY_SIZE(events); i++)
		nearest_offer(&near, events[i].name);
	d = diag_error(s->diags, DIAG_PROBE_SPEC, p->span, "%s is not a software probe", name);
	nearest_hint(&near, s->diags, d, "'", "'");
	return -1;
}

static int parse_software(struct script *s, struct probe *p)
{
	const char *error, *count = p->n_parts > 1 ? p->part[1] : "0";

	p->function = p->part[0];
	if (has_wildcard(p->function))
		return probe_error(s, p, "wildcards are not allowed for software probe type");
	if (!*p->function)
		return probe_error(s, p, "software probe must have a software event name");
	if (event_row(p->function) < 0)
		return refuse_event(s, p, p->function);
	if (!strcmp(count, "*"))
		return 0;
	if (count[0] == '-' && !number_parse(count + 1, strlen(count + 1), &p->count, &error))
		return probe_error(s, p, "software count should be a positive integer");
	if (number_parse(count, strlen(count), &p->count, &error))
		return probe_error(s, p, "Invalid count for software probe: %s: %s", error, count);
	return 0;
}

static int match_software(struct script *s, const struct probe *p, target_fn each, void *ctx)
{
	struct attach_target t = probe_target(p);
	int err;

	t.name = arena_printf(s->arena, "software:%s", p->function);
	if (p->count)
		t.name = arena_printf(s->arena, "%s:%llu", t.name, (unsigned long long)p->count);
	err = each(ctx, &t);
	return err ? err : 1;
}

static int attach_target(struct run *run, const struct prog_desc *d, const struct attach_target *t)
{
	int row = event_row(t->function);
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE, .config = (uint64_t)events[row].config,
		.sample_period = t->count ? t->count : events[row].count,
	};

	return perf_attach_all(run, d, &attr);
}

static int attach_software(struct run *run, const struct prog_desc *d)
{
	return attach_each(run, d, attach_target);
}

static int list_software(const struct host *h, const char *pattern, bool with_params, line_fn each,
			 void *ctx)
{
	char text[2 * ARRAY_SIZE(events)]
		 [32]; /* sorted with the colon: "cpu-clock:" before "cpu:" */
	struct names all = { 0 };
	int err = 0;

	(void)h, (void)with_params;
	for (size_t i = 0; i < ARRAY_SIZE(events); i++) {
		snprintf(text[2 * i], sizeof(*text), "%s:", events[i].name);
		vec_push(&all.of, text[2 * i]);
		if (!events[i].alias)
			continue;
		snprintf(text[2 * i + 1], sizeof(*text), "%s:", events[i].alias);
		vec_push(&all.of, text[2 * i + 1]);
	}
	names_sort(&all);
	for (size_t i = 0; i < all.of.n && !err; i++)
		err = list_line("software", all.of.v[i], pattern, each, ctx);
	vec_done(&all.of);
	return err;
}

const struct probe_kind probes_software[] = {
	{
		.name = "software", .aliases = "s", .spec = "software:event[:count]",
		.doc = "Runs after every count-th software event on any CPU: software:faults:1.",
		.counts = "1 or 2", .min_parts = 1, .max_parts = 2,
		.gives = GIVES_REGS | GIVES_CTX | GIVES_USERMODE,
		.pid_filter = PID_FILTER_ATTACH,
		.prog_type = BPF_PROG_TYPE_PERF_EVENT,
		.parse = COMPILE_SIDE(parse_software), .match = COMPILE_SIDE(match_software),
		.attach = attach_software, .list = list_software,
	},
	{ 0 },
};
