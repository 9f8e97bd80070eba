#include "ast/script.h"

#include <string.h>

#include "ast/type.h"
#include "base/arena.h"
#include "base/diag.h"
#include "base/intern.h"
#include "base/source.h"
#include "probes/probe.h"

struct script *script_new(const struct host *host)
{
	struct script *s = xcalloc(1, sizeof(*s));

	s->arena = arena_new();
	s->names = intern_new(s->arena);
	s->sources = sources_new(s->arena);
	s->diags = diags_new(s->arena, s->sources);
	s->types = types_new(s->arena, s->names);
	s->host = host;
	settings_defaults(&s->settings);
	return s;
}

void script_free(struct script *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->units.n; i++)
		vec_done(&s->units.v[i]->vars);
	for (size_t i = 0; i < s->functions.n; i++) {
		struct script_fn *f = s->functions.v[i];

		vec_done(&f->unit->vars);
		vec_done(&f->params);
		vec_done(&f->calls);
	}
	vec_done(&s->functions);
	vec_done(&s->units);
	vec_done(&s->maps);
	vec_done(&s->asked);
	probe_kernel_types_free(s->kernel_types);
	arena_free(s->arena);
	free(s);
}

struct map *script_map(struct script *s, const char *name, struct span use)
{
	struct map *m;

	for (size_t i = 0; i < s->maps.n; i++)
		if (s->maps.v[i]->name == name)
			return s->maps.v[i];
	m = ARENA_NEW(s->arena, struct map);
	m->name = name;
	m->first = use;
	vec_push(&s->maps, m);
	return m;
}

struct script_fn *script_find_fn(const struct script *s, const char *name)
{
	for (size_t i = 0; i < s->functions.n; i++)
		if (s->functions.v[i]->name == name)
			return s->functions.v[i];
	return NULL;
}

int script_use_unstable(struct script *s, const char *feature, const char *setting,
			enum unstable value, struct span at)
{
	if (value == UNSTABLE_WARN)
		diag_warning(s->diags, DIAG_UNSTABLE, (struct span){ 0, 0 },
			     "Script is using an unstable feature: %s. To prevent this warning "
			     "you must explicitly enable it in the config e.g. %s=enable",
			     feature, setting);
	if (value != UNSTABLE_ERROR)
		return 0;
	diag_error(s->diags, DIAG_UNSTABLE, at,
		   "%s feature is not enabled by default. To enable this unstable feature, set the "
		   "config flag to enable. %s=enable",
		   feature, setting);
	return -1;
}
