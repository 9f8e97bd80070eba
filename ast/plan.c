#include "ast/plan.h"

uint32_t plan_lost_at(const struct plan *p, uint32_t prog)
{
	(void)p;
	return (uint32_t)(sizeof(struct globals) + prog * sizeof(uint64_t));
}

uint32_t plan_no_scratch_at(const struct plan *p, uint32_t prog)
{
	return plan_lost_at(p, (uint32_t)p->n_progs + prog);
}

uint32_t plan_site_at(const struct plan *p, uint32_t site)
{
	return plan_scalars_at(p) + p->scalars_size + (uint32_t)(site * sizeof(struct site_count));
}

uint32_t plan_scalars_at(const struct plan *p)
{
	return plan_lost_at(p, 2 * (uint32_t)p->n_progs);
}

uint32_t plan_globals_size(const struct plan *p)
{
	return plan_site_at(p, (uint32_t)p->n_sites);
}
