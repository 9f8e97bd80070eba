#include "parser/c_section.h"

#include "ast/script.h"
#include "base/diag.h"

int c_section_read_file(struct script *s, const char *path, struct span at)
{
	diag_error(s->diags, DIAG_NOT_BUILT, at, "importing '%s' is not supported by this version of sonde", path);
	return -1;
}
