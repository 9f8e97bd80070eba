#ifndef SONDE_PROBES_TRACEPOINT_PRIV_H
#define SONDE_PROBES_TRACEPOINT_PRIV_H

#include "base/span.h"
#include "codegen/cg.h"

struct attach_target;
struct script;

/* tracepoint_record.c: `args` of a tracepoint. NULL with a diag at `use`. */
const struct type *tracepoint_record(struct script *s, const struct attach_target *t, struct span use);
struct value tracepoint_field(struct cg *cg, const struct field *f);

#endif
