#include <linux/bpf.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "ast/script.h"
#include "base/arena.h"
#include "base/str.h"
#include "probes/probe_priv.h"
#include "runtime/run.h"

/* self: what happens to sonde. It runs the program itself when a signal arrives. */

static const struct {
	const char *name;
	int number;
} signals[] = {
	{ "SIGUSR1", SIGUSR1 },
};

static int signal_row(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		if (!strcmp(signals[i].name, name))
			return (int)i;
	return -1;
}

static int parse_self(struct script *s, struct probe *p)
{
	if (strcmp(p->part[0], "signal"))
		return probe_error(s, p, "%s is not a supported trigger", p->part[0]);
	p->function = p->part[1];
	if (signal_row(p->function) < 0)
		return probe_error(s, p, "%s is not a supported signal", p->function);
	return 0;
}

static int match_self(struct script *s, const struct probe *p, target_fn each, void *ctx)
{
	struct attach_target t = probe_target(p);
	int err;

	t.name = arena_printf(s->arena, "self:signal:%s", p->function);
	err = each(ctx, &t);
	return err ? err : 1;
}

static int await_signal(struct run *run, const struct prog_desc *d, const struct attach_target *t)
{
	return run_on_signal(run, d, signals[signal_row(t->function)].number);
}

static int attach_self(struct run *run, const struct prog_desc *d)
{
	return attach_each(run, d, await_signal);
}

static int list_self(const struct host *h, const char *pattern, bool with_params, line_fn each,
		     void *ctx)
{
	char text[32];
	int err = 0;

	(void)h, (void)with_params;
	for (size_t i = 0; i < ARRAY_SIZE(signals) && !err; i++) {
		snprintf(text, sizeof(text), "signal:%s", signals[i].name);
		err = list_line("self", text, pattern, each, ctx);
	}
	return err;
}

const struct probe_kind probes_self[] = {
	{
		.name = "self",
		.spec = "self:signal:SIGUSR1",
		.doc = "Runs when sonde gets the signal (kill -USR1). One that comes while another "
		       "waits counts as one with it.",
		.counts = "2",
		.min_parts = 2,
		.max_parts = 2,
		.sees_sonde = true,
		.prog_type = BPF_PROG_TYPE_RAW_TRACEPOINT,
		.parse = COMPILE_SIDE(parse_self),
		.match = COMPILE_SIDE(match_self),
		.attach = attach_self,
		.list = list_self,
	},
	{ 0 },
};
