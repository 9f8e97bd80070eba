#include <linux/bpf.h>

#include "probes/probe_priv.h"
#include "runtime/run.h"

/* interval: sonde runs the program itself, by a timer. No kernel hook is needed. */

static int start_timer(struct run *run, const struct prog_desc *d, const struct attach_target *t)
{
	return run_every(run, d, rate_period_ns(t));
}

static int attach_interval(struct run *run, const struct prog_desc *d)
{
	return attach_each(run, d, start_timer);
}

static int list_interval(const struct host *h, const char *pattern, bool with_params, line_fn each,
			 void *ctx)
{
	(void)h, (void)with_params;
	return rate_list("interval", pattern, each, ctx);
}

const struct probe_kind probes_interval[] = {
	{
		.name = "interval",
		.aliases = "i",
		.spec = "interval:unit:count",
		.doc = "Runs every so often on one CPU: interval:s:5, interval:hz:10, "
		       "interval:250ms.",
		.counts = "1 or 2",
		.min_parts = 1,
		.max_parts = 2,
		.prog_type = BPF_PROG_TYPE_RAW_TRACEPOINT,
		.parse = COMPILE_SIDE(rate_parse),
		.match = COMPILE_SIDE(rate_match),
		.attach = attach_interval,
		.list = list_interval,
	},
	{ 0 },
};
