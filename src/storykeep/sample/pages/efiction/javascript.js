// nothing clever
