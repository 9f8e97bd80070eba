/* Any bytes are a script or a list of complaints: the parser neither crashes nor leaks nor hangs. */
#include <stddef.h>
#include <stdint.h>

#include "ast/script.h"
#include "base/host.h"
#include "parser/parser.h"

int LLVMFuzzerTestOneInput(const uint8_t *text, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *text, size_t len)
{
	static const struct host host;
	struct script *s = script_new(&host);

	script_parse(s, "fuzz", (const char *)text, len);
	script_free(s);
	return 0;
}
