#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <errno.h>

#include "runtime/run_priv.h"

/* Functions without arguments: a subprogram's type with unnamed arguments is refused by the kernel,
 * and it looks at the arguments of global functions only. */
int btf_for_callbacks(uint32_t *ret_main, uint32_t *ret_other)
{
	struct btf *btf = btf__new_empty();
	int number, proto, main_id, other_id, fd;
	const void *raw;
	uint32_t len;

	if (!btf)
		return -errno;
	number = btf__add_int(btf, "long", 8, BTF_INT_SIGNED);
	proto = btf__add_func_proto(btf, number);
	main_id = btf__add_func(btf, "program", BTF_FUNC_GLOBAL, proto);
	other_id = btf__add_func(btf, "callback", BTF_FUNC_STATIC, proto);
	raw = btf__raw_data(btf, &len);
	fd = raw && other_id > 0 ? bpf_btf_load(raw, len, NULL) : -ENOMEM;
	btf__free(btf);
	if (fd < 0)
		return fd;
	*ret_main = (uint32_t)main_id;
	*ret_other = (uint32_t)other_id;
	return fd;
}
