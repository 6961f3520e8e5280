# What perl Makefile.PL answers on a machine that lacks something: it names what is missing or too old, and the package to install,
# writes no Makefile, and exits with 0 as CPAN wants it.
use strict;
use warnings;
use lib 't/lib';
use File::Copy qw(copy);
use File::Path qw(make_path);
use Test::More;
use UETest qw(program_of root_dir temp_dir);
use UETest::Child;

my $dir = temp_dir();
my $compiler = program_of('g++', 'c++', 'clang++') // plan skip_all => 'no C++ compiler on this machine';
copy(root_dir() . '/Makefile.PL', "$dir/Makefile.PL") or die $!;

sub file {
    my ($name, $text, $mode) = @_;
    make_path("$dir/$name" =~ s{/[^/]+\z}{}r);
    open my $out, '>', "$dir/$name" or die "$name: $!";
    print {$out} $text;
    close $out;
    chmod $mode, "$dir/$name" if $mode;
    return "$dir/$name";
}

# A compiler that stops at what matches in its command line or its source.
my $number = 0;
sub compiler_without {
    my ($option, $header, $complaint) = @_;
    return file('cxx' . ++$number, <<"SCRIPT", 0755);
#!/bin/sh
case "\$*" in *$option*) echo "error: $complaint" >&2; exit 1 ;; esac
for word in "\$@"; do
    case \$word in *.cc | *.c) if grep -q '$header' "\$word"; then echo "error: $complaint" >&2; exit 1; fi ;; esac
done
exec $compiler "\$@"
SCRIPT
}

sub answer_is {
    my ($name, $args, $missing, $reason, $package, %env) = @_;
    unlink "$dir/Makefile";
    my ($status, $output, $errors) = UETest::Child->run([$^X, 'Makefile.PL', @$args], perl => 1, dir => "$dir", bound => UETest::seconds(120), env => \%env);
    is $status, 0, "$name: exit code 0";
    ok !-e "$dir/Makefile", "$name: no Makefile";
    like $output, qr/^\Q$missing\E +NOT FOUND: .*$reason/m, "$name: says what and why" or diag $output, $errors;
    like $output, qr/cannot be built here: .*\Q$missing\E.* missing\. Please install\n/, "$name: and again at the end";
    my ($debian, $fedora, $alpine) = @$package;
    like $output, qr/^ +Debian, Ubuntu: +apt-get install .*\Q$debian\E/m, "$name: the package of Debian";
    like $output, qr/^ +Fedora: +dnf install .*\Q$fedora\E/m, "$name: of Fedora";
    like $output, qr/^ +Alpine: +apk add .*\Q$alpine\E/m, "$name: of Alpine";
    note $output;
}

my $nowhere = '@nothing@';
my @cxx = ('g++ make', 'gcc-c++ make', 'g++ make musl-dev');
my @uv = ('libuv1-dev', 'libuv-devel', 'libuv-dev');
my @ssl = ('libssl-dev', 'openssl-devel', 'openssl-dev');
my @zlib = ('zlib1g-dev', 'zlib-devel', 'zlib-dev');
my @llhttp = ('node-llhttp', 'llhttp-devel', 'llhttp-dev');

make_path("$dir/empty");
answer_is('no compiler', [], 'C++17 compiler', 'not found', \@cxx, PATH => "$dir/empty");
answer_is('no C++17', ['CXX=' . compiler_without('-std=c++17', $nowhere, 'unrecognized command line option -std=c++17')], 'C++17 compiler',
    'unrecognized command line option', \@cxx);
answer_is('no perl headers', ['CXX=' . compiler_without($nowhere, 'perl\\.h', 'perl.h: No such file or directory')], 'perl headers', 'perl\.h', ['libperl-dev', 'perl-devel', 'perl-dev']);
for (['libuv', 'uv\\.h', \@uv], ['OpenSSL', 'openssl/ssl\\.h', \@ssl], ['zlib', 'zlib\\.h', \@zlib], ['llhttp', 'llhttp\\.h', \@llhttp]) {
    my ($library, $header, $package) = @$_;
    my ($shown) = $library eq 'llhttp' ? 'neither a library' : $header;
    answer_is("no $library", ['CXX=' . compiler_without($nowhere, "#include <$header>", $header =~ s/\\//gr . ': No such file or directory')],
        $library, $shown, $package);
}

file('old_uv/include/uv.h', "#include_next <uv.h>\n#undef UV_VERSION_MINOR\n#define UV_VERSION_MINOR 39\n");
answer_is('an old libuv', ["UV_DIR=$dir/old_uv"], 'libuv', '1\.39\.\d+ is older than 1\.40', \@uv);
file('old_ssl/include/openssl/ssl.h', "#include_next <openssl/ssl.h>\n#define OpenSSL_version_num() 0x1010008fUL\n");
answer_is('an old OpenSSL', ["OPENSSL_DIR=$dir/old_ssl"], 'OpenSSL', '1\.1\.0 is older than 1\.1\.1', \@ssl);
file('old_zlib/include/zlib.h', "#include_next <zlib.h>\n#define zlibVersion() \"1.2.2\"\n");
answer_is('an old zlib', ["ZLIB_DIR=$dir/old_zlib"], 'zlib', '1\.2\.2 is older than 1\.2\.3', \@zlib);
file('old_llhttp/llhttp.h', <<'HEADER');
#pragma once
#define LLHTTP_VERSION_MAJOR 5
#define LLHTTP_VERSION_MINOR 1
#define LLHTTP_VERSION_PATCH 0
typedef struct { int x; } llhttp_settings_t;
typedef struct { int x; } llhttp_t;
enum { HTTP_REQUEST, HPE_OK = 0 };
static inline void llhttp_settings_init(llhttp_settings_t* s) { (void)s; }
static inline void llhttp_init(llhttp_t* p, int type, llhttp_settings_t* s) { (void)p; (void)type; (void)s; }
static inline int llhttp_execute(llhttp_t* p, const char* text, unsigned long size) { (void)p; (void)text; (void)size; return 0; }
HEADER
file("old_llhttp/$_.c", "#include \"llhttp.h\"\n") for qw(api http llhttp);
answer_is('an old llhttp', ["LLHTTP_DIR=$dir/old_llhttp"], 'llhttp', '5\.1\.0 is older than 6', \@llhttp);
answer_is('a folder that is none', ["UV_DIR=$dir/nowhere"], 'libuv', 'no folder', \@uv);

# A perl without the modules it comes with, as Debian's perl-base.
my ($status, $output) = UETest::Child->run([$^X, '-e', 'unshift @INC, sub { die "hidden\n" if $_[1] eq "ExtUtils/MakeMaker.pm"; () }; do "./Makefile.PL"'],
    perl => 1, dir => "$dir", bound => UETest::seconds(60));
is $status, 0, 'half a perl: exit code 0';
like $output, qr/standard module ExtUtils::MakeMaker is missing.*apt-get install perl$/ms, 'half a perl: the package to install';
done_testing;
