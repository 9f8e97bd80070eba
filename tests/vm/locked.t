# Locks the kernel down, for as long as it runs: the last file of a virtual machine, and of no other one.

NAME   a kernel that is locked down is said at the start
NEEDS  root
RUN    echo confidentiality > /sys/kernel/security/lockdown && $SONDE -e 'begin { print(1); }'
STATUS 1
ERR    ^ERROR: The kernel is locked down in confidentiality mode

NAME   a helper that the kernel does not allow, where nobody can see that it is locked down [checks 15]
NEEDS  root
RUN    unshare -m bash -c 'umount /sys/kernel/security && exec "$0" "$@"' $SONDE -q -e 'begin { print(cpu); }
		begin { print(str(kptr(0))); }'
STATUS 255
ERR    ^stdin:2:2-7: ERROR: helper probe_read_kernel not allowed in probe$
ERR    ^HINT: this kernel does not let programs of this type call it
ERR_NOT verifier|LLVM|libbpf
