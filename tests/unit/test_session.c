/* The formats of a session: journal, safetensors, networks as JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "session/network_json.h"
#include "session/safetensors.h"
#include "session/session.h"

static char folder[32];

static int make_folder(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/snt-test.XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

static int drop_folder(void **state)
{
	(void)state;
	return folder_remove(folder);
}

static struct session *new_session(const char *at)
{
	struct session_header header = {.format = SESSION_FORMAT,
		.version = "test", .core = "Core", .kernels = "avx2",
		.seed = UINT64_MAX - 3};
	struct error error;
	struct session *session = session_create(at, &header, &error);

	assert_non_null(session);
	return session;
}

static void add_entries(struct session *session)
{
	struct journal_tensor tensor = {"1.weight", "0123456789abcdef"};
	struct journal_entry command = {.kind = JOURNAL_COMMAND,
		.text = (char *)"set lr 0.01"};
	struct journal_entry hash = {.kind = JOURNAL_HASH, .tick = 7,
		.step = 7, .run = "main",
		.hash = "00112233445566778899aabbccddeeff",
		.tensor = &tensor, .tensors = 1};
	struct journal_entry mark = {.kind = JOURNAL_MARK, .tick = 9,
		.step = 9, .run = "main"};

	session_journal(session, &command);
	session_journal(session, &hash);
	session_journal(session, &mark);
}

static void a_journal_comes_back(void **state)
{
	char *at = path_join(folder, "s");
	struct session *session = new_session(at);
	struct session_data *data;
	struct error error;

	(void)state;
	add_entries(session);
	assert_int_equal(session_close(session, &error), 0);
	data = session_read(at, &error);
	assert_non_null(data);
	assert_true(data->header.seed == UINT64_MAX - 3);
	assert_int_equal(data->entries, 3);
	assert_int_equal(data->broken, -1);
	assert_string_equal(data->entry[0].text, "set lr 0.01");
	assert_int_equal(data->entry[1].tick, 7);
	assert_string_equal(data->entry[1].tensor[0].name, "1.weight");
	assert_int_equal(data->entry[2].kind, JOURNAL_MARK);
	session_data_free(data);
	free(at);
}

/* Cut anywhere, it is read up to the cut and can be continued there. */
static void a_journal_cut_anywhere_goes_on(void **state)
{
	char *at = path_join(folder, "s"), *journal, *text;
	struct session *first = new_session(at);
	struct error error;
	size_t size;

	(void)state;
	add_entries(first);
	session_close(first, &error);
	journal = path_join(at, "journal.jsonl");
	text = file_read(journal, 1 << 20, &size, &error);
	for (size_t cut = 0; cut <= size; cut++) {
		struct session_data *data;
		struct session *session;
		int whole = 0;

		for (size_t i = 0; i < cut; i++)
			whole += text[i] == '\n';
		assert_int_equal(file_replace(journal, text, cut, &error), 0);
		data = session_read(at, &error);
		assert_non_null(data);
		assert_int_equal(data->entries, whole);
		assert_int_equal(data->broken, -1);
		session_data_free(data);
		session = session_append(at, &error);
		assert_non_null(session);
		add_entries(session);
		assert_int_equal(session_close(session, &error), 0);
		data = session_read(at, &error);
		assert_int_equal(data->entries, whole + 3);
		assert_int_equal(data->broken, -1);
		session_data_free(data);
	}
	free(text);
	free(journal);
	free(at);
}

/* Whatever byte is changed: no crash, and the chain or the reader notices. */
static void a_changed_byte_is_noticed(void **state)
{
	char *at = path_join(folder, "s"), *journal, *text;
	struct session *session = new_session(at);
	struct error error;
	size_t size;

	(void)state;
	add_entries(session);
	session_close(session, &error);
	journal = path_join(at, "journal.jsonl");
	text = file_read(journal, 1 << 20, &size, &error);
	for (size_t i = 0; i < size; i++) {
		struct session_data *data;
		char kept = text[i];

		text[i] ^= 1;
		file_replace(journal, text, size, &error);
		data = session_read(at, &error);
		assert_non_null(data);
		assert_true(data->broken >= 0 || data->problem || data->cut);
		session_data_free(data);
		text[i] = kept;
	}
	free(text);
	free(journal);
	free(at);
}

static void hostile_journals_are_refused(void **state)
{
	static const char *const lines[] = {
		"{\"tick\":0,\"step\":0,\"checkpoint\":\"../x\",\"hash\":"
		    "\"00112233445566778899aabbccddeeff\"}\n",
		"{\"tick\":0,\"step\":0,\"checkpoint\":\"/etc/passwd\",\"hash\":"
		    "\"00112233445566778899aabbccddeeff\"}\n",
		"{\"tick\":-1,\"step\":0,\"cmd\":\"x\"}\n",
		"{\"tick\":1e99,\"step\":0,\"cmd\":\"x\"}\n",
		"{\"tick\":0,\"step\":0}\n", "[]\n", "null\n", "{\n",
		"{\"tick\":0,\"step\":0,\"hash\":\"xyz\"}\n"};
	char *at = path_join(folder, "s"), *journal;
	struct error error;

	(void)state;
	session_close(new_session(at), &error);
	journal = path_join(at, "journal.jsonl");
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		struct session_data *data;

		file_replace(journal, lines[i], strlen(lines[i]), &error);
		data = session_read(at, &error);
		assert_non_null(data);
		assert_int_equal(data->entries, 0);
		assert_non_null(strstr(data->problem, "line 1"));
		session_data_free(data);
	}
	free(journal);
	free(at);
}

static void folders_of_others_are_left_alone(void **state)
{
	struct session_header header = {.format = SESSION_FORMAT};
	char *file = path_join(folder, "letter.txt");
	char *at = path_join(folder, "s");
	struct session *session;
	struct error error;

	(void)state;
	file_replace(file, "x", 1, &error);
	assert_null(session_create(folder, &header, &error));
	assert_non_null(strstr(error.text, "not empty"));
	session = new_session(at);
	assert_null(session_create(at, &header, &error));
	assert_null(session_append(at, &error));
	assert_non_null(strstr(error.text, "another process"));
	session_close(session, &error);
	free(at);
	free(file);
}

static void a_newer_session_is_told_as_such(void **state)
{
	static const char text[] = "{\"format\":3,\"version\":\"9.9\"}";
	struct journal_entry entry = {.kind = JOURNAL_COMMAND, .tick = 7,
		.text = (char *)"set lr 0.1"};
	char *at = path_join(folder, "s"), *file;
	struct session_data *data;
	struct session *session;
	struct error error;

	(void)state;
	session = new_session(at);
	session_journal(session, &entry);
	session_close(session, &error);
	file = path_join(at, "session.json");
	file_replace(file, text, strlen(text), &error);
	data = session_read(at, &error);
	assert_non_null(data);
	assert_int_equal(data->entries, 1);
	session_data_free(data);
	assert_null(session_append(at, &error));
	assert_non_null(strstr(error.text, "newer program (9.9)"));
	assert_non_null(strstr(error.text, "1 commands over 7 steps"));
	free(file);
	free(at);
}

static void tensors_come_back(void **state)
{
	static const float values[6] = {1, -2, 3.5f, 0, 1e-30f, 6};
	long shape[2] = {2, 3};
	struct safetensors_writer *writer = safetensors_writer_new();
	char *path = path_join(folder, "w.safetensors");
	struct safetensors *file;
	struct error error;

	(void)state;
	safetensors_writer_metadata(writer, "key", "value");
	safetensors_writer_tensor(writer, "a.weight", "F32", 2, shape,
	    values);
	assert_int_equal(safetensors_writer_finish(writer, path, NULL,
	    &error), 0);
	file = safetensors_read(path, &error);
	assert_non_null(file);
	assert_string_equal(safetensors_metadata(file, "key"), "value");
	assert_memory_equal(safetensors_find(file, "a.weight")->data, values,
	    sizeof(values));
	safetensors_free(file);
	free(path);
}

static struct safetensors *parse(const char *header, size_t data,
    struct error *error)
{
	size_t length = strlen(header);
	char *bytes = xcalloc(1, 8 + length + data + 1);

	for (int i = 0; i < 8; i++)
		bytes[i] = (char)(length >> (8 * i));
	memcpy(bytes + 8, header, length);
	return safetensors_parse(bytes, 8 + length + data, "file", error);
}

static void damaged_tensor_files_are_refused(void **state)
{
	static const char *const headers[] = {
		"[]", "{", "{\"a\":1}",
		"{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}",
		"{\"a\":{\"dtype\":\"F16\",\"shape\":[4],\"data_offsets\":[0,8]}}",
		"{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}",
		"{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,8]}}",
		"{\"a\":{\"dtype\":\"F32\",\"shape\":[1e30],"
		    "\"data_offsets\":[0,8]}}",
		"{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
		    "\"b\":{\"dtype\":\"F32\",\"shape\":[2],"
		    "\"data_offsets\":[0,8]}}",
		"{\"__metadata__\":{\"a\":1},\"a\":{\"dtype\":\"F32\","
		    "\"shape\":[2],\"data_offsets\":[0,8]}}"};
	struct error error;

	(void)state;
	for (size_t i = 0; i < sizeof(headers) / sizeof(*headers); i++)
		assert_null(parse(headers[i], 8, &error));
	assert_null(safetensors_parse(xcalloc(1, 4), 4, "file", &error));
}

static void every_backbone_comes_back_from_json(void **state)
{
	static const char *const names[] = {"lenet5", "vgg8", "resnet20",
		"mobilenet", "vit"};
	struct shape shape = {3, 32, 32, false};
	struct error error;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct network *network = network_named(1, &names[i], shape,
		    10, &error);
		char *text = network_to_json(network);
		struct network *again = network_from_json(text, &error);

		assert_non_null(again);
		assert_true(network_equal(network, again));
		network_free(again);
		network_free(network);
		free(text);
	}
}

static void networks_that_make_no_sense_name_the_layer(void **state)
{
	static const char *const wrong[] = {
		"{\"format\":1,\"input\":[1,8,8],\"classes\":2,\"layers\":"
		    "[{\"id\":1,\"kind\":\"magic\",\"from\":[0]}]}",
		"{\"format\":1,\"input\":[1,8,8],\"classes\":2,\"layers\":"
		    "[{\"id\":1,\"kind\":\"relu\",\"from\":[7]}]}",
		"{\"format\":1,\"input\":[1,8,8],\"classes\":2,\"layers\":"
		    "[{\"id\":1,\"kind\":\"conv\",\"from\":[0],\"out\":4,"
		    "\"k\":99}]}",
		"{\"format\":1,\"input\":[1,8,8],\"classes\":2,\"layers\":"
		    "[{\"id\":1,\"kind\":\"conv\",\"from\":[0],\"out\":4,"
		    "\"colour\":1}]}"};
	struct error error;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		assert_null(network_from_json(wrong[i], &error));
		assert_non_null(strstr(error.text, "layer 1"));
	}
	assert_null(network_from_json("{\"format\":2}", &error));
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, \
	drop_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(a_journal_comes_back),
		IN_FOLDER(a_journal_cut_anywhere_goes_on),
		IN_FOLDER(a_changed_byte_is_noticed),
		IN_FOLDER(hostile_journals_are_refused),
		IN_FOLDER(folders_of_others_are_left_alone),
		IN_FOLDER(a_newer_session_is_told_as_such),
		IN_FOLDER(tensors_come_back),
		cmocka_unit_test(damaged_tensor_files_are_refused),
		cmocka_unit_test(every_backbone_comes_back_from_json),
		cmocka_unit_test(networks_that_make_no_sense_name_the_layer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
