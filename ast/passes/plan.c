#include "ast/plan.h"

#include "ast/pass.h"
#include "ast/script.h"
#include "base/arena.h"
#include "base/diag.h"
#include "builtins/builtin.h"
#include "probes/probe.h"

/* Up to this many bytes a hash gets all its elements at once: taking one is then cheapest. */
enum { PREALLOCATE_BYTES = 1 << 20 };

static uint32_t round_up(uint32_t n, uint32_t to)
{
	return (n + to - 1) / to * to;
}

/* -- maps -- */

static void plan_scalar(struct plan *plan, struct map_desc *d)
{
	const struct type *v = d->value;

	if (v->kind != TYPE_AGG) {
		d->bpf_type = BPF_MAP_TYPE_UNSPEC;
		d->value_size = v->size;
		d->slot = plan->scalars_size; /* made absolute when the programs are known */
		plan->scalars_size += 8 + round_up(v->size, 8);
		return;
	}
	d->bpf_type = BPF_MAP_TYPE_PERCPU_ARRAY;
	d->key_size = 4;
	d->max_entries = v->agg->is_bucketed ? v->agg->n_buckets(v) : 1;
	d->value_size = v->agg->is_bucketed ? v->agg->slot_size : v->agg->slot_size + 8;
}

static void plan_keyed(const struct script *s, const struct map *m, struct map_desc *d)
{
	bool agg = d->value->kind == TYPE_AGG, lru = m->declared_kind && m->declared_kind->is_lru;
	uint64_t bytes;

	d->key_size = d->key->size;
	if (agg && d->value->agg->is_bucketed)
		d->key_size = round_up(d->key_size, 8) + 8;
	d->value_size = agg ? d->value->agg->slot_size : d->value->size;
	d->max_entries = m->declared_kind ? (uint32_t)m->declared_max : (uint32_t)s->settings.max_map_keys;
	if (agg)
		d->bpf_type = lru ? BPF_MAP_TYPE_LRU_PERCPU_HASH : BPF_MAP_TYPE_PERCPU_HASH;
	else
		d->bpf_type = lru ? BPF_MAP_TYPE_LRU_HASH : BPF_MAP_TYPE_HASH;
	bytes = (uint64_t)d->max_entries * (d->key_size + d->value_size + 48);
	if (!lru && (agg || bytes > PREALLOCATE_BYTES))
		d->map_flags = BPF_F_NO_PREALLOC;
}

static void plan_map(struct script *s, struct map *m)
{
	struct map_desc *d = ARENA_NEW(s->arena, struct map_desc);
	struct plan *plan = s->plan;

	m->desc = d;
	d->name = m->name;
	d->value = type_rigid(s->types, m->value);
	d->key = m->is_keyed ? type_rigid(s->types, m->key) : NULL;
	type_complete_deep(d->value);
	if (d->key)
		type_complete_deep(d->key);
	d->first_use = m->first;
	d->is_declared = m->declared_kind != NULL;
	d->index = (uint32_t)plan->n_maps;
	if (d->key)
		plan_keyed(s, m, d);
	else
		plan_scalar(plan, d);
	plan->maps[plan->n_maps++] = d;
}

/* -- programs -- */

static const char *program_name(struct script *s, const struct attach_target *t, size_t i)
{
	char *name = arena_printf(s->arena, "%.100s_%zu", t->label ? t->label : t->name, i + 1);

	for (char *c = name; *c; c++)
		if (!(*c >= 'a' && *c <= 'z') && !(*c >= 'A' && *c <= 'Z') && !(*c >= '0' && *c <= '9'))
			*c = '_';
	return name;
}

static void plan_program(struct script *s, struct unit *u)
{
	struct prog_desc *d = ARENA_NEW(s->arena, struct prog_desc);
	size_t i = s->plan->n_progs;

	u->desc = d;
	d->kind = u->probe->kind;
	d->index = (uint32_t)i;
	d->section = arena_printf(s->arena, "p%zu", i);
	d->name = program_name(s, u->targets, i);
	d->prog_type = (enum bpf_prog_type)d->kind->prog_type;
	d->targets = u->targets;
	d->n_targets = u->n_targets;
	d->uses_context = u->uses_context;
	d->span = u->probe->span;
	if (d->kind->decide)
		d->kind->decide(s, u, d);
	s->plan->progs[s->plan->n_progs++] = d;
}

int pass_plan(struct script *s)
{
	struct plan *plan = ARENA_NEW(s->arena, struct plan);
	uint32_t scalars;

	s->plan = plan;
	plan->settings = s->settings;
	plan->maps = ARENA_ARRAY(s->arena, struct map_desc *, s->maps.n + 1);
	plan->progs = ARENA_ARRAY(s->arena, struct prog_desc *, s->units.n + 1);
	for (size_t i = 0; i < s->maps.n; i++)
		if (s->maps.v[i]->is_used)
			plan_map(s, s->maps.v[i]);
	for (size_t i = 0; i < s->units.n; i++)
		plan_program(s, s->units.v[i]);
	scalars = plan_scalars_at(plan);
	for (size_t i = 0; i < plan->n_maps; i++)
		if (plan->maps[i]->bpf_type == BPF_MAP_TYPE_UNSPEC)
			plan->maps[i]->slot += scalars;
	return diags_errors(s->diags) ? -1 : 0;
}
