use lib 't/lib';
use UETest;
UETest::cpp_suite('engine_compression');
