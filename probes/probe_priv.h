#ifndef SONDE_PROBES_PROBE_PRIV_H
#define SONDE_PROBES_PROBE_PRIV_H

#include <stdbool.h>
#include <stdint.h>

#include "ast/plan.h"
#include "base/nearest.h"
#include "base/vec.h"
#include "builtins/builtin.h"
#include "probes/probe.h"

/* What the files of probes/ share. */

/* Records a DIAG_PROBE_SPEC at the probe, with how its kind is written as the hint, or with one that says more;
 * returns -1. */
int probe_error(struct script *s, const struct probe *p, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
int probe_error_hint(struct script *s, const struct probe *p, const char *hint, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* Whether one of the words (a space between; NULL: none) is the text. */
bool has_word(const char *words, const char *text);

/* The members of p as a target without a name. */
struct attach_target probe_target(const struct probe *p);

/* Whether -p was given (-c also has a process, which is not there to be looked at yet). */
bool names_process(const struct host *h);

/* What a provider with wildcards stands for, in order of the alphabet; NULL behind the last. user:
 * when a process or a path is named. */
const char *const *probe_kinds_of(bool user);

/* Names, to sort and to look for what is nearest. Texts belong to whoever put them in. */
struct names {
	VEC(const char *) of;
};
void names_sort(struct names *n);              /* bytewise */

/* "f" or "f+offset" to p->function and p->offset. 0, or -1 with diags. */
int function_parse(struct script *s, struct probe *p, const char *text);
/* Whether a text begins like a number, so that it is an address and no function. */
bool is_number(const char *text);

/* The code of probes whose context is a struct pt_regs (registers.c). */
struct value regs_arg(struct cg *cg, unsigned n);
struct value regs_retval(struct cg *cg);

/* The parts of interval and profile: unit and count of p (rate.c). */
int rate_parse(struct script *s, struct probe *p);
/* The only target of such a probe. */
int rate_match(struct script *s, const struct probe *p, target_fn each, void *ctx);
/* Nanoseconds between two runs; of "hz", rounded, at least 1. */
uint64_t rate_period_ns(const struct attach_target *t);
/* Lines of -l: the units. */
int rate_list(const char *kind, const char *pattern, line_fn each, void *ctx);
/* Calls each with "kind:text" when the text matches the pattern. */
int list_line(const char *kind, const char *text, const char *pattern, line_fn each, void *ctx);

/* -l of types: whether a pattern asks for them, and the names that match, or their definitions in C; what
 * each returned when not 0. */
bool is_type_pattern(const char *pattern);
int list_types(const char *pattern, bool with_members, line_fn each, void *ctx);

/* The types of `args` that were made for a script, by the name of the struct. */
const struct type *record_find(const struct script *s, const char *name);
void record_keep(struct script *s, const struct type *t);

struct field;
struct kernel_btf;
/* BTF of "vmlinux" or a module, opened once for the script; NULL: not there. */
struct kernel_btf *kernel_btf(struct script *s, const char *module);
/* The id of a function in BTF of the kernel or a module, whose name goes to *ret_module. 0: there is none. */
uint32_t kernel_find_function(struct script *s, const char *name, const char **ret_module);
/* What a type id of that module means for a member: type, size, as, refused_tag. */
void kernel_describe(struct script *s, const char *module, uint32_t id, struct field *field);
/* Makes kernel types come from that BTF (taken over; first vmlinux, then modules on top of it) instead
 * of the machine's. 0 or -errno. */
int kernel_types_add(struct ctype_source *src, const char *module, struct kernel_btf *b);

/* -- run side -- */

/* Attaches one target: negative: -errno. */
typedef int (*attach_fn)(struct run *run, const struct prog_desc *d, const struct attach_target *t);
/* Attaches every target by itself; those that cannot be are told. How many could. */
int attach_each(struct run *run, const struct prog_desc *d, attach_fn attach);

struct perf_event_attr;
/* Opens a perf event for (pid, cpu) and links the program to it; the run keeps the descriptors. 0
 * or -errno. */
int perf_attach(struct run *run, struct perf_event_attr *attr, int pid, int cpu, int prog_fd);
/* The same for the program of d, on every CPU that is online, or with -p on every thread of the process;
 * those to come included. How many there were, or -errno when there was none. */
int perf_attach_all(struct run *run, const struct prog_desc *d, struct perf_event_attr *attr);
/* Many functions with one link (kernels from 6.6 for uprobes, 5.18 for kprobes). The program must
 * be loaded for that attach type. Descriptor or -errno; -EOPNOTSUPP: not in this kernel. */
enum { ATTACH_KPROBE_MULTI = 42, ATTACH_UPROBE_MULTI = 48 };
int multi_link_uprobes(int prog_fd, const char *path, const uint64_t *offsets, size_t n,
		       bool at_return, int pid);
int multi_link_kprobes(int prog_fd, const uint64_t *addresses, size_t n, bool at_return);
/* The number the kernel gave a dynamic PMU ("uprobe", "kprobe"); -errno when there is none. */
int perf_pmu_type(const char *name);

#endif
