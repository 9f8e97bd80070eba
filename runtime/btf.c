#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <errno.h>

#include "runtime/run_priv.h"

/* The kernel looks at the arguments of global functions only, and refuses those without a name. */
int btf_for_functions(struct function_types *ret)
{
	struct btf *btf = btf__new_empty();
	int number, none, one, main_id, static_id, global_id, fd;
	const void *raw;
	uint32_t len;

	if (!btf)
		return -errno;
	number = btf__add_int(btf, "long", 8, BTF_INT_SIGNED);
	none = btf__add_func_proto(btf, number);
	main_id = btf__add_func(btf, "program", BTF_FUNC_GLOBAL, none);
	static_id = btf__add_func(btf, "callback", BTF_FUNC_STATIC, none);
	one = btf__add_func_proto(btf, number);
	btf__add_func_param(btf, "entry", number);
	global_id = btf__add_func(btf, "part", BTF_FUNC_GLOBAL, one);
	raw = btf__raw_data(btf, &len);
	fd = raw && global_id > 0 ? bpf_btf_load(raw, len, NULL) : -ENOMEM;
	btf__free(btf);
	if (fd < 0)
		return fd;
	*ret = (struct function_types){ (uint32_t)main_id, (uint32_t)static_id, (uint32_t)global_id };
	return fd;
}
