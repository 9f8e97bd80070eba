#include "base/kallsyms.h"

#include <string.h>

static uint64_t read_hex(const char **at)
{
	uint64_t v = 0;

	for (;; (*at)++) {
		unsigned c = (unsigned char)**at;

		if (c >= '0' && c <= '9')
			v = v << 4 | (c - '0');
		else if (c >= 'a' && c <= 'f')
			v = v << 4 | (c - 'a' + 10);
		else
			return v;
	}
}

static bool read_line(const char *line, const char *end, struct kallsym *k)
{
	const char *p = line;

	k->address = read_hex(&p);
	if (p == line || end - p <= (ptrdiff_t)strlen(" t ") || p[0] != ' ' || p[2] != ' ')
		return false;
	k->type = p[1];
	k->name = p + strlen(" t ");
	p = memchr(k->name, '\t', (size_t)(end - k->name));
	k->name_len = (size_t)((p ? p : end) - k->name);
	p = p ? memchr(p, '[', (size_t)(end - p)) : NULL;
	k->module = p ? p + 1 : NULL;
	end = p ? memchr(p, ']', (size_t)(end - p)) : NULL;
	k->module_len = end ? (size_t)(end - k->module) : 0;
	return k->name_len > 0;
}

bool kallsyms_next(const char **at, struct kallsym *ret_symbol)
{
	while (**at) {
		const char *line = *at, *end = strchrnul(line, '\n');

		*at = *end ? end + 1 : end;
		if (read_line(line, end, ret_symbol))
			return true;
	}
	return false;
}

bool kallsym_is(const struct kallsym *symbol, const char *name)
{
	return !strncmp(symbol->name, name, symbol->name_len) && !name[symbol->name_len];
}
