#include "probes/probe_priv.h"

#include <linux/bpf.h>

static int refuse_target(struct script *s, struct probe *p)
{
	return p->n_parts ? probe_error(s, p, "begin/end probes should not have a target") : 0;
}

/* begin and end: sonde itself runs them around all others, by a test run of a raw tracepoint program. */
const struct probe_kind probes_special[] = {
	{
		.name = "begin", .spec = "begin",
		.doc = "Runs once, before any other probe is attached.",
		.counts = "0", .max_parts = 1, .parse = refuse_target, .is_special = true, .sees_sonde = true,
		.prog_type = BPF_PROG_TYPE_RAW_TRACEPOINT,
	},
	{
		.name = "end", .spec = "end",
		.doc = "Runs once, after all other probes are detached and before maps are printed.",
		.counts = "0", .max_parts = 1, .parse = refuse_target, .is_special = true, .sees_sonde = true,
		.prog_type = BPF_PROG_TYPE_RAW_TRACEPOINT,
	},
	{ 0 },
};
