# What is asked when a script is compiled, and what it says of itself.

NAME   kinds of values [functions 9]
NEEDS  root
SCRIPT enum color { RED } begin { $s = "abc"; $p = (int8*)8; $u = (uint16)1; $i = (int16)1; $a = (int8[3])"ab"; $b = buf("xyz", 2);
	print((is_str($s), is_str("lit"), is_str($p), is_str($a), is_str($b), is_str((1, 2)))); print((is_ptr($p), is_ptr(&$u), is_ptr(8)));
	print((is_array($a), is_array($s))); print((is_integer($u), is_integer(-1), is_integer(RED), is_integer(true), is_integer($p), is_integer(pid)));
	print((is_unsigned_integer($u), is_unsigned_integer($i), is_unsigned_integer(RED), is_unsigned_integer($s))); exit(); }
EXPECT
	(true, true, false, false, false, false)
	(true, true, false)
	(true, false)
	(true, true, true, false, false, true)
	(true, false, true, false)

NAME   literals [functions 9]
NEEDS  root
PARAMS 5 text
SCRIPT macro lit(x) { is_literal(x) } begin { $a = 1; print((is_literal(5), is_literal("a"), is_literal(true), is_literal((1, "a")), is_literal(1 + 2), is_literal($1), is_literal($2)));
	print((is_literal($a), is_literal($a + 1), is_literal((1, $a)), is_literal(pid))); print((lit(sizeof($a)), lit($a), lit({ 5 }))); exit(); }
EXPECT
	(true, true, true, true, true, true, true)
	(false, false, false, false)
	(true, false, true)

NAME   maps without keys [functions 2]
NEEDS  root
SCRIPT macro add(@m) { if comptime (is_scalar(@m)) { @m++; } else { @m[0]++; } }
	begin { @x[1] = 1; @y = 1; print((is_scalar(@x), is_scalar(@y))); add(@x); add(@y); exit(); }
LINE   (false, true)
LINE   @x[0]: 1
LINE   @x[1]: 1
LINE   @y: 2

NAME   questions choose a branch, the other one is not compiled [functions 9] [lexical 7.6]
NEEDS  root
SCRIPT macro show(x) { if comptime (is_str(x)) { printf("text %s\n", x); } else if comptime (is_integer(x)) { printf("number %d\n", x); } else { fail("show() of %s", "this"); } }
	begin { show("abc"); show(5); show(pid > 0 ? 1 : 2); $s = "x"; show($s); exit(); }
EXPECT
	text abc
	number 5
	number 1
	text x

NAME   error codes in pointers [functions 9]
NEEDS  root
SCRIPT begin { print((is_err((int8*)-1), is_err((uint64)-4095), is_err((uint64)-4096), is_err(0), is_err((int8*)5))); exit(); }
EXPECT (true, true, false, false, false)

NAME   assertions that hold leave nothing [functions 9]
NEEDS  root
SCRIPT begin { $p = (int8*)0; static_assert(sizeof(int32) == 4, "four"); assert_str("a"); assert_str($p); assert(1 == 1, "one"); @k[1] = 1; check_key(@k, 1, "f()"); clear(@k); print("done"); exit(); }
EXPECT done

NAME   an assertion that does not hold ends tracing [functions 9]
NEEDS  root
SCRIPT macro small(x) { assert(x < 3, "100% small"); print(x); }
	begin { small(1);
	small(5); print("never"); } end { print("end"); }
EXPECT
	1
	end
ERR    ^stdin:1:18-45: ERROR: assert failed: 100% small$
ERR    ^stdin:3:1-9: ERROR: expanded from$
STATUS 1

NAME   errorf and warnf [functions 1.2] [output 5]
NEEDS  root
SCRIPT macro m(x) { errorf("in macro %d", x); warnf("w") } begin { errorf("bad %d", 5);
	warnf("hm %s\n", "x"); m(1); print("goes on"); exit(); }
EXPECT goes on
ERR    ^stdin:1:61-80: ERROR: bad 5$
ERR    ^stdin:2:1-22: WARNING: hm x$
ERR    ^stdin:1:14-38: ERROR: in macro 1$
ERR    ^stdin:2:24-28: ERROR: expanded from$
ERR    ^stdin:2:24-28: WARNING: expanded from$

NAME   warnf is silent with --no-warnings [functions 1.2]
NEEDS  root
ARGS   --no-warnings
SCRIPT begin { warnf("hm"); errorf("bad"); exit(); }
ERR    ERROR: bad$
ERR_NOT WARNING

NAME   functions of the kernel and of nobody [functions 9]
NEEDS  root btf
SCRIPT begin { print((kfunc_exist("vfs_read"), kfunc_exist("vfs_rea"), kfunc_exist("task_struct"), kfunc_exist(""), kfunc_exist("bpf_prog_load"), kfunc_exist("do_exit")));
	if comptime (kfunc_exist("vfs_read")) { print("there"); } else { fail("not there"); } exit(); }
EXPECT
	(true, false, false, false, true, true)
	there

NAME   functions of modules that are loaded [functions 9]
NEEDS  root module_btf
RUN    awk '$2 == "T" && $4 ~ /^\[/ { printf "print(kfunc_exist(\"%s\"));\n", $3 }' /proc/kallsyms | head -50 | { echo 'begin {'; cat; echo 'exit(); }'; } >"{{TMP}}/ask.bt"
	"{{SONDE}}" "{{TMP}}/ask.bt" | sort | uniq -c | awk '$2 == "true" && $1 > 20 { print "found" }'
EXPECT found

NAME   no function that is not meant for programs may be called by one [functions 9]
NEEDS  root btf
SCRIPT begin { print((kfunc_allowed("vfs_read"), kfunc_allowed("no_such_function"))); exit(); }
EXPECT (false, false)

NAME   which functions may be called depends on the kind of probe [functions 9]
NEEDS  root btf kernel>=6.12
SCRIPT macro ask() { (kfunc_allowed("bpf_rdonly_cast"), kfunc_allowed("bpf_cast_to_kern_ctx"), kfunc_allowed("bpf_task_from_pid")) }
	begin { print(ask()); } tracepoint:raw_syscalls:sys_enter { print((1, ask())); exit(); }
LINE   (true, true, false)
LINE   (1, (true, true, true))

NAME   binaries that are loaded where they were linked to, and others [functions 9]
NEEDS  root uprobe
RUN    for f in calls calls_fixed; do "{{SONDE}}" -c "{{PROGS}}/$f 1" -e "uprobe:{{PROGS}}/$f:main { printf(\"%d %d %d %d\n\", elf_is_exe, elf_is_exe(), elf_info == $(stat -c %i {{PROGS}}/$f), elf_info() == elf_info); if comptime (elf_is_exe) { print(\"fixed\"); } }" | grep .; done
EXPECT
	0 0 1 1
	1 1 1 1
	fixed

NAME   each binary of a list has its own [functions 9]
NEEDS  root uprobe
RUN    fixed=$(stat -c %i "{{PROGS}}/calls_fixed") other=$(stat -c %i "{{PROGS}}/calls")
	"{{SONDE}}" -c '{{PROGS}}/calls_fixed 3' -e 'uprobe:{{PROGS}}/calls:main, uprobe:{{PROGS}}/calls_fixed:main, uretprobe:{{PROGS}}/calls_fixed:main { @[elf_is_exe, elf_info, probe] = count(); }' | sed "s/$other/OTHER/; s/$fixed/FIXED/; s|{{PROGS}}/||"
	"{{SONDE}}" -c '{{PROGS}}/calls 3' -e 'uprobe:{{PROGS}}/calls:main, uprobe:{{PROGS}}/calls_fixed:main { @[elf_is_exe, elf_info] = count(); }' | sed "s/$other/OTHER/; s/$fixed/FIXED/"
LINE   @[true, FIXED, uprobe:calls_fixed:main]: 1
LINE   @[true, FIXED, uretprobe:calls_fixed:main]: 1
LINE   @[false, OTHER]: 1

NAME   how long a text may be [functions 3]
NEEDS  root
ENV    SONDE_MAX_STRLEN=200
SCRIPT begin { print((default_str_length, default_str_length(), sizeof(str(curtask)))); if comptime (default_str_length() == 200) { print("known"); } exit(); }
EXPECT
	(200, 200, 200)
	known

NAME   the settings as a record [lexical 1.4] [lexical 5]
NEEDS  root
ENV    SONDE_MAX_MAP_KEYS=77
SCRIPT config = { max_strlen = 100; stack_mode = "perf"; str_trunc_trailer = "(cut)"; lazy_symbolication = false; missing_probes = ignore; unstable_tseries = true }
	macro keys() { config.max_map_keys }
	begin { print((config.max_strlen, config.stack_mode, config.str_trunc_trailer, config.lazy_symbolication, config.print_maps_on_exit, config.missing_probes, keys(), config.unstable_tseries, config.unstable_typeinfo, config.license));
	if comptime (config.stack_mode == "perf" && config.max_strlen < 101) { print("known"); } else { fail("not known"); }
	$c = config; print(($c.max_probes, $c.log_size, $c.stack_mode)); print((sizeof(config.max_strlen), config.max_strlen * 2)); exit(); }
EXPECT
	(100, perf, (cut), false, true, ignore, 77, enable, error, GPL)
	known
	(1024, 1000000, perf)
	(1, 200)

NAME   all settings in one record [lexical 1.4]
NEEDS  root
SCRIPT begin { print(config); exit(); }
MATCH  ^\{ \.cpp_demangle = true, \.lazy_symbolication = true, .*\.max_strlen = 1024, \.missing_probes = error, .*\.use_blazesym = false \}$
