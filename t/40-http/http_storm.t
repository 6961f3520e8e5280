use lib 't/lib';
use UETest;
UETest::cpp_suite('http_storm');
