#ifndef SONDE_PROBES_BTF_H
#define SONDE_PROBES_BTF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct strbuf;

/* The kernel's own description of its types, as far as raw tracepoints need it. Walked by hand:
 * libbpf takes 10 ms to read it, this less than one. */
struct kernel_btf;

/* BTF of "vmlinux", or of a module on top of it (base; it must stay open). -errno. */
int btf_open(const char *module, struct kernel_btf *base, struct kernel_btf **ret);
void btf_close(struct kernel_btf *b);                      /* NULL is fine */

/* Raw tracepoints; the name lives as long as b. 0, or what each returned when not 0. */
int btf_events(const struct kernel_btf *b, int (*each)(void *ctx, const char *event), void *ctx);
bool btf_has_event(const struct kernel_btf *b, const char *event);

struct trace_param {
	const char *name;
	uint32_t id;                   /* of the type, for btf_type_text() */
	uint32_t size;                 /* bytes; 0: not known */
	enum { TRACE_PARAM_INT, TRACE_PARAM_BOOL, TRACE_PARAM_POINTER, TRACE_PARAM_OTHER } kind;
	bool is_signed;
	/* What a pointer points to, when that is an integer: its bytes; 0: something else. */
	uint32_t to_size;
	bool to_signed;
};

/* What the trace function of an event is called with, without the data pointer in front. 0;
 * -ENOENT: not described; or what each returned when not 0. */
int btf_event_params(struct kernel_btf *b, const char *event,
		     int (*each)(void *ctx, const struct trace_param *p), void *ctx);
/* What a function of that name is called with, as arg0, arg1 ...; or, only_return, the "retval" of
 * one that returns something. The same returns. */
int btf_function_params(struct kernel_btf *b, const char *function, bool only_return,
			int (*each)(void *ctx, const struct trace_param *p), void *ctx);
/* Of a parameter, as C writes it: "struct sock *". */
void btf_type_text(const struct kernel_btf *b, uint32_t id, struct strbuf *out);

/* Calls each for "vmlinux" and every module that has BTF. */
int btf_modules(int (*each)(void *ctx, const char *module), void *ctx);

#endif
