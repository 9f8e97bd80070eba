# import: scripts of several files.

NAME   probes, macros, functions and map declarations of an imported script; its begin and end come first [lexical 5]
NEEDS  root
SETUP  mkdir lib; echo 'import "lib/a.bt"; begin { printf("main begin\n"); print(twice(4)); bump(@m); } end { printf("main end\n"); }' >main.bt
	echo 'import "b.bt"; fn twice($x : int64) : int64 { return half($x) * 4; } begin { printf("a begin\n"); } end { printf("a end\n"); }' >lib/a.bt
	echo 'let @m = lruhash(5); macro bump(@x) { @x[1] = 5; } fn half($x : int64) : int64 { return $x >> 1; } begin { printf("b begin\n"); } end { printf("b end\n"); }' >lib/b.bt
RUN    $SONDE -q main.bt
EXPECT
	b begin
	a begin
	main begin
	8
	b end
	a end
	main end


	@m[1]: 5

NAME   what is imported twice, by any path, or imports itself, counts once [lexical 5]
NEEDS  root
SETUP  mkdir lib; ln -s lib again
	echo 'import "lib/a.bt"; import "./lib/../lib/a.bt"; import "again/a.bt"; import "lib"; import "main.bt"; begin { printf("main\n"); }' >main.bt
	echo 'import "a.bt"; import "b.bt"; import "../main.bt"; begin { printf("a\n"); }' >lib/a.bt; echo 'import "a.bt"; begin { printf("b\n"); }' >lib/b.bt
RUN    $SONDE -q main.bt
EXPECT
	b
	a
	main

NAME   a directory: every script in it by name, not those in folders below, nothing else [lexical 5]
NEEDS  root
SETUP  mkdir -p lib/sub; echo 'begin { printf("2\n"); }' >lib/b.bt; echo 'begin { printf("1\n"); }' >lib/a.bt; echo 'nonsense' >lib/sub/c.bt; echo 'nonsense' >lib/readme.txt; mkdir lib/d.bt
SCRIPT import "lib"; begin { printf("3\n"); }
EXPECT
	1
	2
	3

NAME   paths are those of the importing file, or absolute; without a file, of the current directory [lexical 5]
NEEDS  root
SETUP  mkdir -p lib/sub elsewhere; echo 'import "sub/b.bt"; begin { printf("a\n"); }' >lib/a.bt; echo 'import "../c.bt"; begin { printf("b\n"); }' >lib/sub/b.bt
	echo 'begin { printf("c\n"); }' >lib/c.bt
RUN    cd elsewhere; $SONDE -q ../lib/a.bt; cd ..; $SONDE -q -e 'import "lib/a.bt"; begin { }'; cd /; $SONDE -q - <<<'import "{{TMP}}/lib/c.bt"; begin { }'
MATCH  ^c$
EXPECT
	c
	b
	a


	c
	b
	a


	c

NAME   the parameters of the script are those of its imports, too [lexical 5]
NEEDS  root
SETUP  echo 'macro first() { $1 } fn second() : int64 { return $2; }' >lib.bt
SCRIPT import "lib.bt"; begin { print(first + second()); }
PARAMS 30 12
EXPECT 42

NAME   settings of the script hold for its imports; a map declared twice is as it was declared first [lexical 5]
NEEDS  root
SETUP  echo 'let @m = hash(2); begin { print(str("abcd" + $1)); for $i : 0..5 { @m[$i] = 1; } print(len(@m)); clear(@m); }' >lib.bt
SCRIPT config = { max_strlen = 4 } import "lib.bt"; let @m = hash(100); begin { }
PARAMS 1
ARGS   --no-warnings
LINE   bcd
LINE   2

NAME   a list of the probes of a script has those of its imports [lexical 5]
NEEDS  root once
SETUP  echo 'interval:s:1 { }' >lib.bt; echo 'import "lib.bt"; interval:ms:20 { }' >main.bt
RUN    $SONDE -l main.bt
EXPECT
	interval:s:
	interval:ms:

NAME   files and directories that everybody may write to are refused [lexical 5] [checks 2.2]
NEEDS  root once
SETUP  mkdir -m 755 lib open; echo 'begin { }' >lib/a.bt; echo 'begin { }' >lib/b.bt; echo 'begin { }' >open/a.bt; chmod 666 lib/a.bt; chmod 777 open
RUN    $SONDE -e 'import "lib/a.bt"; import "lib"; import "open/a.bt"; import "open"; begin { }'
STATUS 1
ERR    ^stdin:1:1-18: ERROR: cowardly refusing to import from a directory with global write permissions: "lib/a.bt"$
ERR    ^stdin:1:20-32: ERROR: cowardly refusing to import from a directory with global write permissions: "lib/a.bt"$
ERR    ^stdin:1:34-52: ERROR: cowardly refusing to import from a directory with global write permissions: "open"$
ERR    ^stdin:1:54-67: ERROR: cowardly refusing to import from a directory with global write permissions: "open"$

NAME   nothing is looked for where everybody may put it [lexical 5] [checks 2.2]
NEEDS  root once
SETUP  mkdir -m 777 open; chmod 777 open; echo 'begin { }' >open/a.bt; echo 'import "a.bt"; begin { }' >open/main.bt
RUN    $SONDE open/main.bt
STATUS 1
ERR    ^open/main.bt:1:1-14: ERROR: Unable to find suitable path for import$
ERR    ^HINT: checked: open/a.bt$
ERR    ^open/main.bt:1:1-14: WARNING: skipping due to global write permissions: "open"$
ERR_NOT Did you mean

NAME   what is not a file cannot be read [checks 2.2]
NEEDS  root once
SETUP  mkfifo pipe.bt; ln -s loop.bt loop.bt
RUN    $SONDE -e 'import "pipe.bt"; import "loop.bt"; begin { }'
STATUS 1
ERR    ERROR: error reading import 'pipe.bt': neither a file nor a directory
ERR    ERROR: error reading import 'loop.bt': Too many levels of symbolic links

NAME   imports that go on and on [lexical 5]
NEEDS  root once
SETUP  for i in $(seq 1 60); do echo "import \"$((i + 1)).bt\"; begin { @[$i] = 1; }" >$i.bt; done; echo 'begin { }' >61.bt
RUN    $SONDE 1.bt
STATUS 1
ERR    ^51.bt:1:1-15: ERROR: imports in imports: 50 levels are the limit$

NAME   many files, in one directory, and of each other [lexical 5]
NEEDS  root
SETUP  mkdir lib; for i in $(seq 100 199); do echo "import \"$((i % 10 + 100)).bt\"; fn f$i(\$x : int64) : int64 { return \$x + 1; }" >lib/$i.bt; done
SCRIPT import "lib"; begin { print(f100(f150(f199(0)))); }
EXPECT 3

NAME   imports inside blocks: a warning, or nothing, where the config block allows them [checks 2.3]
NEEDS  root
SETUP  mkdir empty
RUN    $SONDE -q -e 'config = { unstable_import_statement = warn } begin { import "empty"; import "empty"; printf("ran\n"); }'; $SONDE -q -e 'config = { unstable_import_statement = enable } begin { if (1) { import "empty" } printf("ran\n"); }'
ERR    ^WARNING: Script is using an unstable feature: import statements. To prevent this warning you must explicitly enable it in the config e.g. unstable_import_statement=enable$
EXPECT
	ran


	ran

NAME   a header: its types, enums and constants, in the script and in its functions [lexical 5]
NEEDS  root
SETUP  mkdir lib; printf '#pragma once\n#define LIMIT 42\n#include "more.h"\nstruct pair { int a; int b; };\nenum color { RED, GREEN = 5 };\n' >lib/types.h; printf '#define MORE (LIMIT + 1)\n' >lib/more.h
	echo 'import "types.h"; fn first($p : struct pair*) : int64 { return $p->a + LIMIT; }' >lib/a.bt
SCRIPT import "lib/a.bt"; import "lib/types.h"; begin { print((LIMIT, MORE, sizeof(struct pair))); print(GREEN); $x = (int64)7; print(first((struct pair*)&$x)); }
EXPECT
	(42, 43, 8)
	GREEN
	49

NAME   a directory of scripts and headers [lexical 5]
NEEDS  root
SETUP  mkdir lib; printf 'struct pair { int a; int b; };\n' >lib/z.h; printf 'fn second($p : struct pair*) : int64 { return $p->b; }\n' >lib/a.bt
SCRIPT import "lib"; begin { $x = (int64)0x500000004; print(second((struct pair*)&$x)); }
EXPECT 5

NAME   the C section of an imported script is the script's, too [lexical 5]
NEEDS  root
SETUP  printf '#define TWO 2\nstruct one { char c[5]; };\nbegin { print(TWO); }\n' >a.bt
SCRIPT import "a.bt"; begin { print(sizeof(struct one) + TWO); }
EXPECT
	2
	7

NAME   a header inside a block, where that is allowed [lexical 5]
NEEDS  root
SETUP  printf 'enum color { RED, GREEN = 5 };\n' >types.h
SCRIPT config = { unstable_import_statement = enable } begin { import "types.h"; print(GREEN); print((uint64)GREEN); }
EXPECT
	GREEN
	5

NAME   headers that everybody may write to are refused [checks 2.2]
NEEDS  root once
SETUP  echo 'struct x { int a; };' >x.h; chmod 666 x.h
SCRIPT import "x.h"; begin { }
STATUS 1
ERR    cowardly refusing to import from a directory with global write permissions: "x.h"
