#include "probes/probe_priv.h"
#include "runtime/run.h"

int attach_each(struct run *run, const struct prog_desc *d, attach_fn attach)
{
	int n = 0;

	for (size_t i = 0; i < d->n_targets; i++) {
		int err = attach(run, d, &d->targets[i]);

		if (err < 0)
			run_attach_failed(run, &d->targets[i], -err, NULL);
		else
			n++;
	}
	return n;
}
