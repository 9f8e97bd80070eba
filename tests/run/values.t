# Structs, unions, arrays and pointers as values: what a program passed, and what the kernel has.

NAME   [types 8] [types 5] structs of a program, passed by pointer and by value, are shown as the program tells
NEEDS  root uprobe
RUN    cat >{{TMP}}/x.bt <<'END'
	#include "passes.h"
	uprobe:{{PROGS}}/passes:by_pointer { print(*(struct all *)arg0); }
	uprobe:{{PROGS}}/passes:by_value { print(*(struct all *)(reg("sp") + 8)); }
	END
	$SONDE -q -I {{PROGS}} -o {{TMP}}/seen {{TMP}}/x.bt -c {{PROGS}}/passes {{PROGS}}/passes >{{TMP}}/told; sed p {{TMP}}/told >{{TMP}}/twice
	grep -c lettersX {{TMP}}/twice; grep . {{TMP}}/seen | diff - {{TMP}}/twice && echo same
EXPECT
	2
	same

NAME   [types 1.2] [types 8] members one by one: bit-fields, rows, anonymous unions, enums, texts, pointers to the same
NEEDS  root uprobe
RUN    cat >{{TMP}}/x.bt <<'END'
	#include "passes.h"
	uprobe:{{PROGS}}/passes:by_pointer /((struct all *)arg0)->last == 2/ { $s = (struct all *)arg0; $i = 1;
		print(($s->letter, $s->small, $s->low, $s->middle, $s->high));
		print(($s->cells[1][2], $s->cells[0], $s->cells[$i][$i], $s->corner[1].y, $s->corner[$i].x));
		print(($s->word, $s->bytes[0], $s->named.inside, $s->color, $s->name, $s->name[1]));
		print(($s->next->name, $s->next->next->letter, $s->next->next->next->last, $s.next.next.color));
		$i = 3; print(($s->cells[$i][0], $s->bytes[$i])); print(sizeof(*$s)); print($s->color == BLUE);
		$p = &$i; print(*$p); print(($s->corner[0], $s->corner[1].x == $s->corner[1].y)); }
	uprobe:{{PROGS}}/passes:by_pointer { $a = *(struct all *)arg0; $b = $a.corner; @c[$a.corner[0]] = $a.name; @v = $a; @n[$a.color] = $b[0].y; }
	end { print((@v.last, @v.cells[1], @v.name)); clear(@v); }
	END
	$SONDE -q -I {{PROGS}} {{TMP}}/x.bt -c {{PROGS}}/passes {{PROGS}}/passes | grep -v '\.letter'
LINE   (99, 253, 5, -5, 1099511627522)
LINE   (1995, [2000,1999,1998], 1996, -32768, 32767)
LINE   (67305987, 3, -4398046511104, BLUE, lettersX, 101)
LINE   (mid, 97, 0, RED)
LINE   (0, 4)
LINE   88
LINE   true
LINE   3
LINE   ({ .x = 2, .y = -2 }, false)
LINE   (2, [1997,1996,1995], lettersX)
LINE   @c[{ .x = 0, .y = 0 }]: 
LINE   @c[{ .x = 1, .y = -1 }]: mid
LINE   @c[{ .x = 2, .y = -2 }]: lettersX
LINE   @n[BLUE]: -2
LINE   @n[GREEN]: -1

NAME   [types 5] [types 8] arrays: made from numbers, compared, indexed, back to numbers
NEEDS  root
SCRIPT begin { $a = (uint8[4])(uint32)0x04030201; print($a); print($a[3]); $i = 2; print($a[$i]); print((uint32)$a == 0x04030201);
	print($a == (uint8[4])(uint32)0x04030201); print($a != $a); print((int8[])(uint16)0xff01); print((int32[2])(int8)-1);
	print((uint8[3])"ab"); print((bool[2])(int16)1); @m[$a] = $a; print(@m[$a][1]); $t = ($a, 1); print($t.0[1]);
	print((int16[1])(int16)-5); print((bool)"x"); print((bool)""); }
EXPECT
	[1,2,3,4]
	4
	3
	true
	true
	false
	[1,-1]
	[-1,-1]
	[97,98,0]
	[true,false]
	2
	2
	[-5]
	true
	false
	

	@m[[1,2,3,4]]: [1,2,3,4]

NAME   [types 8] [types 9] pointers step by the size of what they point to; the address of a variable
NEEDS  root btf
SCRIPT begin { $p = (uint32 *)100; print($p + 1); print(2 + $p); print($p - 3); $p++; print($p); $v = (void *)8; print($v + 1); $x = (uint16)7;
	$q = &$x; print(*$q); $s = curtask->fs; print((uint64)($s + 2) - (uint64)$s == 2 * sizeof(struct fs_struct));
	print((int8 *)5 == 5); print((int8 *)-1 > 0); print((uint64)(uint32 *)12); print(curtask->mm == curtask->active_mm); }
EXPECT
	0x68
	0x6c
	0x58
	0x68
	0x9
	7
	true
	true
	true
	12
	true

NAME   [types 13] typeof, offsetof and typeinfo
NEEDS  root btf
SCRIPT config = { unstable_typeinfo = enable } begin { $x = 300; let $y : typeof($x) = 5; print((sizeof($y), sizeof(typeof($x)), (typeof($x))70000));
	@k["abc"] = (uint8)1; let $m : typeof(@k) = "de"; print(($m, sizeof(@k["abc"]), sizeof((1, "a"))));
	print((sizeof(true), sizeof((true)), sizeof(struct path), sizeof(uint32), sizeof(int64[3]), sizeof(struct path *)));
	print((offsetof(struct path, dentry), offsetof(*curtask->fs, pwd.dentry) == offsetof(struct fs_struct, pwd) + 8));
	print(typeinfo($x)); print(typeinfo((curtask)).full_type); print(typeinfo("ab").base_type); print(typeinfo(uint8[2]).full_type); }
EXPECT
	(2, 2, 4464)
	(de, 1, 3)
	(1, 1, 16, 4, 24, 8)
	(8, true)
	{ .btf_id = 0, .base_type = int, .full_type = int16 }
	struct task_struct *
	string
	uint8[2]
	

	@k[abc]: 1

NAME   [types 8] [types 1.2] texts of C that fill their array: shown, indexed, copied, as bytes
NEEDS  root uprobe
RUN    cat >{{TMP}}/x.bt <<'END'
	struct part { char name[8]; int next; };
	uprobe:{{PROGS}}/passes:by_pointer { $p = (struct part *)(arg0 + 52); if ($p->name[0] == 108) { $i = 8;
		print(($p->name, str($p->name), buf($p->name, 8), buf($p->name, 9), $p->name[7], $p->name[$i], $p->name == "lettersX")); $v = *$p;
		print(($v.name, str($v.name), $v.name == "lettersX", str($v.name, 4))); } }
	END
	$SONDE -q {{TMP}}/x.bt -c {{PROGS}}/passes {{PROGS}}/passes | grep -v '\.letter'
LINE   (lettersX, lettersX, lettersX, lettersX, 88, 0, true)
LINE   (lettersX, lettersX, true, let)
