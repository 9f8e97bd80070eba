#include "ast/ctype.h"

#include "ast/script.h"

void ctype_add_source(struct script *s, struct ctype_source *src)
{
	struct ctype_source **end = &s->ctypes;

	while (*end)
		end = &(*end)->next;
	*end = src;
}

const struct type *ctype_find(struct script *s, enum type_tag tag, const char *name)
{
	for (const struct ctype_source *src = s->ctypes; src; src = src->next) {
		const struct type *t = src->find(src, tag, name);

		if (t)
			return t;
	}
	return NULL;
}

bool ctype_constant(struct script *s, const char *name, const struct type **ret_type, uint64_t *ret_value)
{
	for (const struct ctype_source *src = s->ctypes; src; src = src->next)
		if (src->constant(src, name, ret_type, ret_value))
			return true;
	return false;
}
