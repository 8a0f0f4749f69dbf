#include "session/journal.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "session/json.h"

static void add_tensors(cJSON *object, const struct journal_entry *entry)
{
	cJSON *tensors = cJSON_AddObjectToObject(object, "tensors");

	for (int i = 0; i < entry->tensors; i++)
		cJSON_AddStringToObject(tensors, entry->tensor[i].name,
		    entry->tensor[i].hash);
}

static cJSON *entry_object(const struct journal_entry *entry)
{
	cJSON *object = cJSON_CreateObject();

	cJSON_AddNumberToObject(object, "tick", (double)entry->tick);
	if (entry->run[0])
		cJSON_AddStringToObject(object, "run", entry->run);
	cJSON_AddNumberToObject(object, "step", (double)entry->step);
	switch (entry->kind) {
	case JOURNAL_COMMAND:
		cJSON_AddStringToObject(object, "cmd", entry->text);
		break;
	case JOURNAL_HASH:
		cJSON_AddStringToObject(object, "hash", entry->hash);
		add_tensors(object, entry);
		break;
	case JOURNAL_CHECKPOINT:
		cJSON_AddStringToObject(object, "checkpoint", entry->text);
		cJSON_AddStringToObject(object, "hash", entry->hash);
		break;
	case JOURNAL_MARK:
		cJSON_AddTrueToObject(object, "mark");
	}
	return object;
}

/* The chain covers the line as printed before "chain" is added to it. */
static void next_chain(char chain[HASH_TEXT], const char *text, size_t length)
{
	struct hash *hash = hash_new();

	hash_add(hash, chain, strlen(chain));
	hash_add(hash, text, length);
	hash_finish(hash, chain);
}

char *journal_print(const struct journal_entry *entry, char chain[HASH_TEXT])
{
	cJSON *object = entry_object(entry);
	char *text = cJSON_PrintUnformatted(object), *line;
	size_t length = text ? strlen(text) : 0;

	cJSON_Delete(object);
	if (length == 0)
		die("out of memory (journal)");
	next_chain(chain, text, length);
	line = xasprintf("%.*s,\"chain\":\"%s\"}", (int)length - 1, text,
	    chain);
	free(text);
	return line;
}

void journal_entry_free(struct journal_entry *entry)
{
	free(entry->text);
	free(entry->tensor);
	*entry = (struct journal_entry){0};
}

static int take_hash(const char *text, char *out, size_t size)
{
	size_t length = text ? strlen(text) : 0;

	if (length + 1 != size || strspn(text, "0123456789abcdef") != length)
		return -1;
	text_copy(out, size, text);
	return 0;
}

static int take_tensors(const cJSON *tensors, struct journal_entry *entry)
{
	const cJSON *item;

	if (!cJSON_IsObject(tensors))
		return 0;
	entry->tensor = xcalloc((size_t)cJSON_GetArraySize(tensors) + 1,
	    sizeof(*entry->tensor));
	cJSON_ArrayForEach(item, tensors) {
		struct journal_tensor *tensor =
		    &entry->tensor[entry->tensors++];

		text_safe(tensor->name, sizeof(tensor->name), item->string);
		if (take_hash(cJSON_GetStringValue(item), tensor->hash,
			sizeof(tensor->hash)))
			return -1;
	}
	return 0;
}

/* A name within the folder of checkpoints, nothing else. */
static bool is_file_name(const char *text)
{
	return json_is_plain(text) && !strchr(text, '/') && text[0] != '.';
}

static int take_kind(const cJSON *object, struct journal_entry *entry,
    struct error *error)
{
	const char *command = json_text(object, "cmd");
	const char *checkpoint = json_text(object, "checkpoint");
	const char *hash = json_text(object, "hash");

	if (command) {
		entry->kind = JOURNAL_COMMAND;
		entry->text = xstrdup(command);
		return 0;
	}
	if (hash && take_hash(hash, entry->hash, sizeof(entry->hash)))
		return error_set(error, "hash is not one");
	if (checkpoint) {
		if (!is_file_name(checkpoint) || !hash)
			return error_set(error, "checkpoint is not a plain "
			    "file name with a hash");
		entry->kind = JOURNAL_CHECKPOINT;
		entry->text = xstrdup(checkpoint);
		return 0;
	}
	if (hash) {
		entry->kind = JOURNAL_HASH;
		if (take_tensors(json_item(object, "tensors"), entry))
			return error_set(error, "a tensor's hash is not one");
		return 0;
	}
	if (!cJSON_IsTrue(json_item(object, "mark")))
		return error_set(error, "neither cmd, hash, checkpoint nor "
		    "mark");
	entry->kind = JOURNAL_MARK;
	return 0;
}

static int take_entry(const cJSON *object, struct journal_entry *entry,
    struct error *error)
{
	const char *run = json_text(object, "run");

	entry->tick = json_whole(object, "tick");
	entry->step = json_whole(object, "step");
	if (entry->step < 0)
		return error_set(error, "step is not a whole number");
	if (entry->tick < 0)
		return error_set(error, "tick is not a whole number");
	if (run)
		text_safe(entry->run, sizeof(entry->run), run);
	return take_kind(object, entry, error);
}

/* Is the line's chain that of its own text and of the line before? */
static bool chain_fits(const char *line, size_t length, const char *claimed,
    char chain[HASH_TEXT])
{
	static const char key[] = ",\"chain\":\"";
	size_t tail = strlen(key) + strlen(claimed) + 2;
	char *text;
	bool fits;

	if (length <= tail ||
	    strncmp(line + length - tail, key, strlen(key)) != 0)
		return false;
	text = xasprintf("%.*s}", (int)(length - tail), line);
	next_chain(chain, text, strlen(text));
	free(text);
	fits = strcmp(chain, claimed) == 0;
	text_copy(chain, HASH_TEXT, claimed);
	return fits;
}

int journal_parse(const char *line, size_t length, char chain[HASH_TEXT],
    struct journal_entry *entry, struct error *error)
{
	cJSON *object = json_parse(line, length, error);
	const char *claimed = object ? json_text(object, "chain") : NULL;
	int status = -1;

	*entry = (struct journal_entry){0};
	if (object && !cJSON_IsObject(object))
		error_set(error, "not an object");
	else if (object)
		status = take_entry(object, entry, error);
	if (status == 0 && (!claimed ||
	    !chain_fits(line, length, claimed, chain)))
		status = 1;
	if (status < 0)
		journal_entry_free(entry);
	cJSON_Delete(object);
	return status;
}
