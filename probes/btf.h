#ifndef SONDE_PROBES_BTF_H
#define SONDE_PROBES_BTF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct strbuf;

struct btf_type;

/* The kernel's own description of its types. Walked by hand: libbpf takes 10 ms to read it, this less
 * than one. Whatever the file holds, every text ends and every type lies within it; ids may lead
 * nowhere or in circles. */
struct kernel_btf;

/* The file that SONDE_BTF (or BPFTRACE_BTF) names as the kernel's; NULL: none. */
const char *btf_named_file(void);
/* Where BTF of "vmlinux" or of a module is read from: buf, or a text that stays. */
const char *btf_path(const char *module, char *buf, size_t size);
/* Reads it, out of an ELF file also; aligned to 8. -errno; *ret_data is for munmap() or free(). */
int btf_read(const char *module, char **ret_data, size_t *ret_len, bool *ret_mapped);

/* BTF of "vmlinux", or of a module on top of it (base; it must stay open). -errno. */
int btf_open(const char *module, struct kernel_btf *base, struct kernel_btf **ret);
/* The same from memory, aligned to 8, which must stay. */
int btf_open_memory(const void *data, size_t len, struct kernel_btf *base, struct kernel_btf **ret);
void btf_close(struct kernel_btf *b);                      /* NULL is fine */

/* -- types by id and by name -- */

/* Finds the types; must come before the others of this part. 0 or -errno. */
int btf_index(struct kernel_btf *b);
/* The one of b and its base that a type belongs to; NULL: nobody's, or void. */
const struct kernel_btf *btf_owner(const struct kernel_btf *b, uint32_t id);
/* The integers, structs, unions, typedefs and declarations of b itself that have a name, and all its enums; in
 * order of ids. */
struct btf_named {
	uint32_t name, id;             /* name: as name_off */
	unsigned kind;
};
const struct btf_named *btf_names(const struct kernel_btf *b, size_t *ret_n);
/* Own types have ids from first up to, not including, end. */
uint32_t btf_first(const struct kernel_btf *b);
uint32_t btf_end(const struct kernel_btf *b);
const struct btf_type *btf_at(const struct kernel_btf *b, uint32_t id);    /* NULL: void, or no such type */
const char *btf_text(const struct kernel_btf *b, uint32_t at);
/* Where a name stands among the texts of b or its base, to compare with name_off; 0: nowhere. */
uint32_t btf_find_text(const struct kernel_btf *b, const char *name);
/* Looks through typedefs and qualifiers; id becomes that of the result. NULL: void, or broken. */
const struct btf_type *btf_resolve(const struct kernel_btf *b, uint32_t *id);

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
/* The id of a function of b itself, of which btf_index() knows; 0: there is none of that name. */
uint32_t btf_function(const struct kernel_btf *b, const char *name);
/* Of a parameter, as C writes it: "struct sock *". */
void btf_type_text(const struct kernel_btf *b, uint32_t id, struct strbuf *out);

/* Calls each for "vmlinux" and every module that has BTF; for vmlinux alone when its file was named. */
int btf_modules(int (*each)(void *ctx, const char *module), void *ctx);

#endif
