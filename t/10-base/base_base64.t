use lib 't/lib';
use UETest;
UETest::cpp_suite('base_base64');
