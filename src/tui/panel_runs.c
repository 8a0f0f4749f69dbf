/* The runs side by side. */
#include "tui/panel.h"

#include "base/text.h"
#include "tui/curves.h"
#include "tui/prompt.h"
#include "tui/run_rows.h"
#include "tui/run_table.h"
#include "tui/study_page.h"

static void note(const struct ui *ui, char *out, size_t size)
{
	const struct snapshot *snapshot = ui->snapshot;
	bool equal = snapshot->runs > 1;

	if (study_page_shown(ui)) {
		study_page_note(ui, out, size);
		return;
	}
	for (int i = 1; i < snapshot->runs; i++)
		equal = equal && snapshot->run[i].step ==
		    snapshot->run[0].step;
	text_copy(out, size, equal ? "equal steps" : "");
}

static void line(const struct ui *ui, char *out, size_t size)
{
	curves_legend(ui, out, size);
	if (!out[0])
		text_copy(out, size, "none yet");
}

static void draw(struct ui *ui, const struct area *area)
{
	if (study_page_shown(ui))
		study_page_draw(ui, area);
	else if (ui->snapshot->runs == 0)
		area_middle(area, STYLE_DIM, "no runs yet\na network makes "
		    "the first");
	else
		run_table_draw(ui, area);
}

static const struct run_view *selected(const struct ui *ui)
{
	return ui->runs.selected < ui->snapshot->runs ?
	    &ui->snapshot->run[ui->runs.selected] : NULL;
}

static void select_run(struct ui *ui, int step)
{
	struct run_row run[SNAPSHOT_RUNS];
	int at;

	if (study_page_shown(ui)) {
		study_page_move(ui, step, 0);
		return;
	}
	if (!ui->snapshot->runs)
		return;
	run_rows(ui->snapshot, run);
	at = run_row_of(ui->snapshot, run, ui->runs.selected) + step;
	at = at < 0 ? 0 : at < ui->snapshot->runs ? at :
	    ui->snapshot->runs - 1;
	ui->runs.selected = run[at].run;
}

static void use(struct ui *ui, int argument)
{
	const struct run_view *run = selected(ui);

	(void)argument;
	if (run)
		ui_submit(ui, "run use %s", run->name);
}

static void twin(struct ui *ui, int argument)
{
	const struct run_view *run = ui_need_run(ui);

	(void)argument;
	if (!run)
		return;
	if (run->transformed)
		prompt_open(ui->prompt, "run twin plain snt off", -1);
	else
		prompt_open(ui->prompt, "run twin snt snt on", -1);
	ui_message(ui, "same start, seed and batches as %s; give it a name",
	    run->name);
}

static void prefill(struct ui *ui, const char *verb, bool named)
{
	const struct run_view *run = selected(ui);
	char text[80];

	if (!run)
		return;
	text_format(text, sizeof(text), "%s %s", verb, named ? run->name : "");
	prompt_open(ui->prompt, text, -1);
}

static void fork_run(struct ui *ui, int argument)
{
	(void)argument;
	prefill(ui, "run fork", false);
}

static void remove_run(struct ui *ui, int argument)
{
	(void)argument;
	prefill(ui, "run rm", true);
}

static void compare(struct ui *ui, int argument)
{
	(void)argument;
	if (ui_need_run(ui))
		ui_submit(ui, "compare at=gradients");
}

static void check(struct ui *ui, int argument)
{
	(void)argument;
	if (ui_need_run(ui))
		ui_submit(ui, "snt check");
}

static void sideways(struct ui *ui, int by)
{
	if (study_page_shown(ui))
		study_page_move(ui, 0, by);
}

static void show_study(struct ui *ui, int argument)
{
	(void)argument;
	study_page_toggle(ui);
}

static const struct key_row keys[] = {
	LIST_KEYS("run", select_run),
	{"←", {KEY_CODE_LEFT, 'h'}, NULL, "a study's table to the left", NULL,
		sideways, -10},
	{"→", {KEY_CODE_RIGHT, 'l'}, NULL, "a study's table to the right", NULL,
		sideways, 10},
	{"Enter", {KEY_CODE_ENTER}, "Enter use",
		"make it the run that lines act on", "run use NAME", use, 0},
	{"t", {'t'}, "t twin", "a twin: same start, seed and batches",
		"run twin NAME", twin, 0},
	{"f", {'f'}, "f fork", "a second run that goes on from here",
		"run fork NAME", fork_run, 0},
	{"d", {'d', KEY_CODE_DELETE}, NULL, "remove the run; Enter confirms",
		"run rm NAME", remove_run, 0},
	{"=", {'='}, "= compare", "all runs at equal cost, below the list",
		"compare", compare, 0},
	{"y", {'y'}, NULL, "the table of the study, or the runs again",
		NULL, show_study, 0},
	{"c", {'c'}, NULL, "does the folded network say the same?",
		"snt check", check, 0},
	{0},
};

const struct panel panel_runs = {"Runs", note, line, draw, keys,
	NULL};
